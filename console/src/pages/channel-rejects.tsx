import { Code, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { IconRefresh } from '@tabler/icons-react'
import type { Static } from 'typebox'
import type { Reject, ReplayResult } from '../../../src/contract/channels.ts'
import { post } from '../api/client.ts'
import { rejectsQuery, rowsOf } from '../api/queries.ts'
import { GuardedButton } from '../parts/access.tsx'
import { Ago, Section } from '../parts/bits.tsx'
import { LoadMore } from '../parts/load-more.tsx'
import { Loaded, Skeletons } from '../parts/states.tsx'

type Replay = Static<typeof ReplayResult>

const outcomeWords: Record<Replay['outcome'], string> = {
  applied: 'Applied. The record is up to date.',
  duplicate: 'It had been applied before. Nothing changed.',
  waiting: 'It waits for the message it belongs to.',
  rejected: 'It was rejected again.',
}

/** Events that could not be applied, with what they were and why. */
export function ChannelRejects({ channelId }: { channelId: string }) {
  const query = useInfiniteQuery(rejectsQuery(channelId))
  return (
    <Section title="Rejects">
      <Loaded query={query} skeleton={<Skeletons rows={2} />}>
        {(data) => {
          const rejects = rowsOf(data)
          if (rejects.length === 0)
            return (
              <Text size="sm" c="dimmed" p="md">
                None. Every event of this channel could be applied.
              </Text>
            )
          return (
            <>
              <ul className="rejects">
                {rejects.map((reject) => (
                  <RejectItem key={reject.id} reject={reject} />
                ))}
              </ul>
              <LoadMore query={query} shown={rejects.length} />
            </>
          )
        }}
      </Loaded>
    </Section>
  )
}

function RejectItem({ reject }: { reject: Reject }) {
  const client = useQueryClient()
  const replay = useMutation({
    mutationFn: () => post<Replay>(`/api/v1/channels/${reject.channelId}/rejects/${reject.id}/replays`),
    onSuccess: ({ outcome, reason }) => {
      notifications.show({
        color: outcome === 'rejected' ? 'red' : undefined,
        title: outcome === 'rejected' ? 'Rejected again' : 'Replayed',
        message: reason ?? outcomeWords[outcome],
      })
      void client.invalidateQueries({ queryKey: ['channels'] })
    },
    onError: (error) => notifications.show({ color: 'red', title: 'Not replayed', message: error.message }),
  })
  return (
    <li>
      <div className="reject-line">
        <span className="grow wrap-any">{reject.reason}</span>
        {reject.replayedAt ? (
          <small className="dim">
            replayed <Ago at={reject.replayedAt} />
          </small>
        ) : (
          <GuardedButton
            role="admin"
            variant="default"
            leftSection={<IconRefresh size={14} />}
            loading={replay.isPending}
            onClick={() => replay.mutate()}
          >
            Replay
          </GuardedButton>
        )}
      </div>
      <small className="dim">
        <Ago at={reject.receivedAt} />
        {reject.eventId && (
          <>
            {' '}
            · <span className="mono wrap-any">{reject.eventId}</span>
          </>
        )}
      </small>
      <details className="part-details">
        <summary>Payload</summary>
        <Code block tabIndex={0}>
          {JSON.stringify(reject.payload, null, 2)}
        </Code>
      </details>
    </li>
  )
}
