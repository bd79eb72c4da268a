import { Button, Group, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useInfiniteQuery, useQueries, useQuery } from '@tanstack/react-query'
import { IconCheck, IconDownload, IconX } from '@tabler/icons-react'
import type { SendCheckResult } from '../../../src/contract/consent.ts'
import type { MessagingUser } from '../../../src/contract/messaging-users.ts'
import { channelQuery, purposesQuery, sendCheckQuery, userConsentQuery } from '../api/queries.ts'
import { GuardedButton } from '../parts/access.tsx'
import { Ago, Section, Status } from '../parts/bits.tsx'
import { consentMeans, consentNeeds } from '../parts/consent-words.ts'
import { formatDateTime } from '../parts/format.ts'
import { ErrorState, Loaded, Skeletons } from '../parts/states.tsx'
import { consentWords } from '../parts/words.ts'
import { ChangeConsent } from './consent-change.tsx'
import { StatusChange } from './consent-line.tsx'
import { LedgerLink } from './ledger-link.tsx'
import { usePurposeName } from './purposes.ts'
import { SendReasons } from './send-reasons.tsx'

const latestLines = 3

/** What the person consented to, what follows from it, and the last that was said about it. */
export function ConsentCard({ user }: { user: MessagingUser }) {
  const [changing, dialog] = useDisclosure(false)
  return (
    <Section
      title="Consent"
      action={
        <GuardedButton role="agent" variant="default" onClick={dialog.open}>
          Change consent
        </GuardedButton>
      }
    >
      <div className="section-body">
        <Text fw={550} component="div">
          <Status {...consentWords[user.consentStatus ?? 'none']} />
        </Text>
        <p className="consent-means">{consentMeans[user.consentStatus ?? 'none']}</p>
        {user.consentPendingUntil && (
          <p className="consent-means">
            <b>Waits for confirmation</b> until {formatDateTime(user.consentPendingUntil)}; without it, the status falls back.
          </p>
        )}
        <FullyOptedIn user={user} />
        <h3 className="card-head">May be written to</h3>
        <Purposes userId={user.id} />
        <h3 className="card-head">Latest lines of the ledger</h3>
        <LatestLines userId={user.id} />
        <Group gap="md" mt="sm" justify="space-between">
          <LedgerLink userId={user.id}>Whole ledger</LedgerLink>
          <Button
            component="a"
            href={`/api/v1/messaging-users/${user.id}/consent-receipt`}
            download
            variant="default"
            size="xs"
            leftSection={<IconDownload size={14} />}
          >
            Export receipt
          </Button>
        </Group>
      </div>
      {changing && <ChangeConsent user={user} onClose={dialog.close} />}
    </Section>
  )
}

function FullyOptedIn({ user }: { user: MessagingUser }) {
  const { data: channel } = useQuery(channelQuery(user.channelId))
  return (
    <p className="consent-means">
      <b>{user.isFullyOptedIn ? 'Fully opted in.' : 'Not fully opted in.'}</b>
      {channel && ` ${channel.name} needs ${consentNeeds[channel.consentType]}.`}
    </p>
  )
}

interface Answer {
  purposes: string[]
  result: SendCheckResult
}

/** Purposes with the same answer stand together, so that one reason is told once. */
function groupByAnswer(answers: { purpose: string; result: SendCheckResult }[]): Answer[] {
  const groups = new Map<string, Answer>()
  for (const { purpose, result } of answers) {
    const key = JSON.stringify(result.reasons.map(({ code, consentEventId }) => [code, consentEventId]))
    const group = groups.get(key) ?? { purposes: [], result }
    group.purposes.push(purpose)
    groups.set(key, group)
  }
  return [...groups.values()]
}

function Purposes({ userId }: { userId: string }) {
  const purposes = useQuery(purposesQuery)
  const nameOf = usePurposeName()
  const checks = useQueries({ queries: (purposes.data ?? []).map(({ key }) => sendCheckQuery(userId, key)) })
  const answers = (purposes.data ?? []).flatMap(({ key }, index) => {
    const result = checks[index]?.data
    return result ? [{ purpose: nameOf(key), result }] : []
  })
  const failed = [purposes, ...checks].find((query) => query.error && query.data === undefined)
  if (failed?.error) return <ErrorState error={failed.error} retry={() => void failed.refetch()} />
  if (!purposes.data || answers.length < purposes.data.length) return <Skeletons rows={2} />
  return (
    <ul className="purposes">
      {groupByAnswer(answers).map(({ purposes, result }) => (
        <li key={purposes.join()} data-allowed={result.allowed}>
          {result.allowed ? <IconCheck size={16} aria-hidden /> : <IconX size={16} aria-hidden />}
          <div className="grow">
            <b>{purposes.join(', ')}</b>: {result.allowed ? 'allowed' : 'not allowed'}
            <SendReasons userId={userId} result={result} purpose={purposes.length === 1 ? purposes[0]! : 'Each of them'} />
          </div>
        </li>
      ))}
    </ul>
  )
}

function LatestLines({ userId }: { userId: string }) {
  const query = useInfiniteQuery(userConsentQuery(userId))
  const nameOf = usePurposeName()
  return (
    <Loaded query={query} skeleton={<Skeletons rows={2} />}>
      {(data) => {
        const lines = data.pages[0]!.items.slice(0, latestLines)
        if (lines.length === 0) return <p className="consent-means">Nothing has been said about consent.</p>
        return (
          <ul className="latest-lines">
            {lines.map((line) => (
              <li key={line.id}>
                <LedgerLink userId={userId} line={line.id}>
                  Line {line.number}
                </LedgerLink>
                <span className="grow">
                  {line.purpose !== 'all' && `${nameOf(line.purpose)}: `}
                  <StatusChange line={line} />
                </span>
                <span className="dim">
                  <Ago at={line.happenedAt} />
                </span>
              </li>
            ))}
          </ul>
        )
      }}
    </Loaded>
  )
}
