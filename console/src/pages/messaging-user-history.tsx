import { Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { HistoryEntry } from '../../../src/contract/messaging-users.ts'
import { userHistoryQuery } from '../api/queries.ts'
import { Ago, Section } from '../parts/bits.tsx'
import { actorName } from '../parts/consent-words.ts'
import { humanise } from '../parts/format.ts'
import { LoadMore } from '../parts/load-more.tsx'
import { Loaded, Skeletons } from '../parts/states.tsx'

const sourceWords: Record<HistoryEntry['source'], string> = {
  platform: 'the platform',
  operator: 'an operator',
  'api-key': 'an API key',
  system: 'Muster',
}

function show(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'nothing'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

export function UserHistory({ userId }: { userId: string }) {
  const query = useInfiniteQuery(userHistoryQuery(userId))
  return (
    <Section title="History of changes">
      <Loaded query={query} skeleton={<Skeletons rows={3} />}>
        {(data) => {
          const entries = data.pages.flatMap((page) => page.items)
          if (entries.length === 0)
            return (
              <Text size="sm" c="dimmed" p="md">
                Nothing has changed since the record was made.
              </Text>
            )
          return (
            <>
              <ol className="history">
                {entries.map((entry) => (
                  <Entry key={`${entry.changedAt} ${entry.field} ${show(entry.newValue)}`} entry={entry} />
                ))}
              </ol>
              <LoadMore query={query} shown={entries.length} />
            </>
          )
        }}
      </Loaded>
    </Section>
  )
}

function Entry({ entry }: { entry: HistoryEntry }) {
  return (
    <li>
      <div className="history-line">
        <b>{humanise(entry.field)}</b>
        <span className="dim">
          <Ago at={entry.changedAt} />
        </span>
      </div>
      <div className="wrap-any">
        {entry.oldValue !== null && (
          <>
            <del>
              <bdi>{show(entry.oldValue)}</bdi>
            </del>{' '}
            <span aria-hidden>→</span>{' '}
          </>
        )}
        <ins>
          <bdi>{show(entry.newValue)}</bdi>
        </ins>
      </div>
      <small className="dim">by {entry.actor ? actorName(entry.actor) : sourceWords[entry.source]}</small>
    </li>
  )
}
