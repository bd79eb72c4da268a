import { useState } from 'react'
import { Paper, Tabs, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { IconCircleCheck } from '@tabler/icons-react'
import { mergeCandidatesQuery, type Candidate, type MergeObject } from '../api/merge-queries.ts'
import { rowsOf } from '../api/queries.ts'
import { GuardedButton } from '../parts/access.tsx'
import { PageHead, Status } from '../parts/bits.tsx'
import { LoadMore } from '../parts/load-more.tsx'
import { RecordLink } from '../parts/record-link.tsx'
import { sureness } from '../parts/record-words.ts'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { BackLink } from './back-link.tsx'
import { MergeModal } from './merge.tsx'

/** Records that are likely of one person, or of one organisation. */
export function DuplicatesPage() {
  const { object = 'individual' } = useSearch({ from: '/signed-in/contacts/duplicates' })
  const navigate = useNavigate()
  return (
    <>
      <BackLink to="/contacts">Contacts</BackLink>
      <PageHead title="Duplicates" />
      <Text size="sm" c="dimmed" mb="md" maw={720}>
        Records of one kind with the same number or e-mail, and accounts with the same name. Nothing is merged by itself, and what you
        merge can be undone.
      </Text>
      <Tabs
        value={object}
        onChange={(tab) => navigate({ to: '/contacts/duplicates', search: { object: tab === 'account' ? 'account' : undefined }, replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="individual">Contacts</Tabs.Tab>
          <Tabs.Tab value="account">Accounts</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value={object}>
          <Pairs object={object} />
        </Tabs.Panel>
      </Tabs>
    </>
  )
}

function Pairs({ object }: { object: MergeObject }) {
  const query = useInfiniteQuery(mergeCandidatesQuery(object))
  const [chosen, setChosen] = useState<Candidate>()
  return (
    <Loaded query={query}>
      {(data) => {
        const pairs = rowsOf(data)
        if (pairs.length === 0)
          return (
            <Paper withBorder>
              <EmptyState icon={<IconCircleCheck size={24} />} title="No duplicates found" />
            </Paper>
          )
        return (
          <>
            <ol className="reviews" aria-label="Likely duplicates">
              {pairs.map((pair) => (
                <li key={pair.id}>
                  <Paper withBorder className="review">
                    <div className="review-head">
                      <Status {...sureness(pair.score)} />
                      <span className="grow">
                        <RecordLink id={pair.keptId}>{pair.keptName}</RecordLink> <span className="dim">and</span>{' '}
                        <RecordLink id={pair.mergedId}>{pair.mergedName}</RecordLink>
                      </span>
                      <GuardedButton role="agent" variant="default" onClick={() => setChosen(pair)}>
                        Merge…
                      </GuardedButton>
                    </div>
                    <ul className="reasons because">
                      {pair.reasons.map(({ message }) => (
                        <li key={message}>{message}</li>
                      ))}
                    </ul>
                  </Paper>
                </li>
              ))}
            </ol>
            <LoadMore query={query} shown={pairs.length} />
            {chosen && (
              <MergeModal keptId={chosen.keptId} mergedId={chosen.mergedId} onClose={() => setChosen(undefined)} onMerged={() => undefined} />
            )}
          </>
        )
      }}
    </Loaded>
  )
}
