import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ChannelHealth } from '../../../src/contract/channel-health.ts'
import { healthQuery } from '../api/queries.ts'
import { Ago, Section } from '../parts/bits.tsx'
import { formatCount } from '../parts/format.ts'
import { Loaded, Skeletons } from '../parts/states.tsx'

/** What came in and went out in the last day, and what went wrong. */
export function ChannelHealthCard({ channelId }: { channelId: string }) {
  const query = useQuery({ ...healthQuery(channelId), refetchInterval: 5_000 })
  return (
    <Section title="Health">
      <Loaded query={query} skeleton={<Skeletons rows={3} />}>
        {(health) => (
          <>
            <Figures health={health} />
            <Troubles health={health} />
          </>
        )}
      </Loaded>
    </Section>
  )
}

function Figures({ health }: { health: ChannelHealth }) {
  const { errors, errorRate } = health
  return (
    <dl className="highlights health">
      <div>
        <dt>Last event in</dt>
        <dd>
          <Ago at={health.lastReceivedAt} />
        </dd>
      </div>
      <div>
        <dt>Last message out</dt>
        <dd>
          <Ago at={health.lastSentAt} />
        </dd>
      </div>
      <div>
        <dt>In, last day</dt>
        <dd>{formatCount(health.received)}</dd>
      </div>
      <div>
        <dt>Out, last day</dt>
        <dd>{formatCount(health.sent)}</dd>
      </div>
      <div>
        <dt>Errors, last day</dt>
        <dd>
          {errors === 0 ? (
            '0'
          ) : (
            <b className="bad">
              {formatCount(errors)} ({percent.format(errorRate)})
            </b>
          )}
        </dd>
      </div>
    </dl>
  )
}

const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 })

function Troubles({ health }: { health: ChannelHealth }) {
  const troubles = [
    { title: 'Requests with a wrong or missing signature', ...health.refused },
    { title: 'Requests that were not understood', ...health.unreadable },
    { title: 'Requests turned away: the platform comes again', ...health.turnedAway },
    { title: 'Events set aside, kept below as rejects', ...health.setAside },
    ...health.sendFailures.map(({ title, ...failure }) => ({ ...failure, title: `Sending: ${title}` })),
  ].filter(({ count }) => count > 0)
  if (troubles.length === 0)
    return (
      <Text size="sm" c="dimmed" px="md" pb="md">
        Nothing went wrong in the last day.
      </Text>
    )
  return (
    <ul className="rejects" aria-label="What went wrong in the last day">
      {troubles.map(({ title, count, lastAt, lastReason }) => (
        <li key={title}>
          <div className="reject-line">
            <span className="grow wrap-any">{title}</span>
            <b className="bad">{formatCount(count)}</b>
          </div>
          <small className="dim wrap-any">
            <Ago at={lastAt} />
            {lastReason && <> · {lastReason}</>}
          </small>
        </li>
      ))}
    </ul>
  )
}
