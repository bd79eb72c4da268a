import { Group, Progress, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { LinkRun } from '../../../src/contract/links.ts'
import { post, remove } from '../api/client.ts'
import { linkRunsQuery } from '../api/record-queries.ts'
import { GuardedButton } from '../parts/access.tsx'
import { Ago, Section, Status } from '../parts/bits.tsx'
import { formatCount } from '../parts/format.ts'
import { runStatusWords } from '../parts/record-words.ts'
import { Loaded, Skeletons } from '../parts/states.tsx'

/** The rules applied to everybody who is there: tried first, then done. */
export function LinkRuns() {
  const query = useQuery(linkRunsQuery)
  const client = useQueryClient()
  const readAgain = () => client.invalidateQueries({ queryKey: linkRunsQuery.queryKey })
  const start = useMutation({
    mutationFn: (isTrial: boolean) => post<LinkRun>('/api/v1/link-runs', { isTrial }),
    onError: (error) => notifications.show({ color: 'red', title: 'Not started', message: error.message }),
    onSettled: readAgain,
  })
  const stop = useMutation({
    mutationFn: (id: string) => remove(`/api/v1/link-runs/${id}`),
    onError: (error) => notifications.show({ color: 'red', title: 'Not stopped', message: error.message }),
    onSettled: readAgain,
  })
  const latest = query.data?.[0]
  const isRunning = latest?.status === 'running'
  const busy = isRunning ? 'The rules are being applied' : undefined
  const applyBlockedBy = busy ?? (latest?.isTrial && latest.status === 'done' ? undefined : 'Try it on everybody first')
  return (
    <Section
      title="Everybody who is there"
      action={
        <Group gap="xs">
          {isRunning && (
            <GuardedButton role="admin" variant="default" loading={stop.isPending} onClick={() => stop.mutate(latest.id)}>
              Stop
            </GuardedButton>
          )}
          <GuardedButton role="admin" variant="default" blockedBy={busy} loading={start.isPending} onClick={() => start.mutate(true)}>
            Try on everybody
          </GuardedButton>
          <GuardedButton role="admin" blockedBy={applyBlockedBy} loading={start.isPending} onClick={() => start.mutate(false)}>
            Apply
          </GuardedButton>
        </Group>
      }
    >
      <Loaded query={query} skeleton={<Skeletons rows={2} />}>
        {(runs) =>
          runs.length === 0 ? (
            <p className="empty-line">
              Rules count for whoever writes from now on. A trial counts what they would do to everybody, and changes nothing.
            </p>
          ) : (
            <ol className="history">
              {runs.map((run) => (
                <Run key={run.id} run={run} />
              ))}
            </ol>
          )
        }
      </Loaded>
    </Section>
  )
}

function Run({ run }: { run: LinkRun }) {
  const part = run.total === 0 ? 0 : Math.round((run.done / run.total) * 100)
  const counts = [
    ['linked', run.linked],
    ['created', run.created],
    ['suggested', run.suggested],
  ] as const
  return (
    <li>
      <div className="history-line">
        <span className="session-line">
          <b>{run.isTrial ? 'Trial' : 'Applied'}</b>
          <Status {...runStatusWords[run.status]} />
        </span>
        <span className="dim">
          <Ago at={run.startedAt} />
        </span>
      </div>
      {run.status === 'running' && <Progress value={part} my={8} aria-label={`${part} percent done`} />}
      <Text size="sm" component="div" className="run-counts">
        <span>
          {formatCount(run.done)} of {formatCount(run.total)} looked at
        </span>
        {counts.map(([what, count]) => (
          <span key={what}>
            <b>{formatCount(count)}</b> {run.isTrial ? `would be ${what}` : what}
          </span>
        ))}
        <span>
          <b>{formatCount(run.ambiguous)}</b> of them fit several
        </span>
      </Text>
    </li>
  )
}
