import type { ReactNode } from 'react'
import type { ConsentEvent } from '../../../src/contract/consent.ts'
import type { ConversationEntry } from '../../../src/contract/entries.ts'
import { formatClock, formatExact } from '../parts/format.ts'
import { consentWords, sessionWords } from '../parts/words.ts'
import { LedgerLink } from './ledger-link.tsx'
import { usePurposeName } from './purposes.ts'

/** What happened besides what was said. */
function SystemLine({ at, children }: { at: string; children: ReactNode }) {
  return (
    <p className="system-line">
      <span>{children}</span>
      <time dateTime={at} title={formatExact(at)}>
        {formatClock(at)}
      </time>
    </p>
  )
}

type SessionEntry = Extract<ConversationEntry, { kind: 'session' }>

export function SessionLine({ entry }: { entry: SessionEntry }) {
  return <SystemLine at={entry.at}>{entry.change === 'OwnerChanged' ? ownerWords(entry) : statusWords(entry)}</SystemLine>
}

function ownerWords({ from, to, actor }: SessionEntry): string {
  if (!to) return `${from ?? 'Nobody'} no longer serves the session`
  if (!from) return `${to} serves the session`
  return `${from} handed over to ${to}${actor && actor !== from ? `, by ${actor}` : ''}`
}

function statusWords({ from, to, actor, actorType }: SessionEntry): string {
  const status = (sessionWords[to as keyof typeof sessionWords]?.label ?? to ?? 'unknown').toLowerCase()
  const by = actor ?? (actorType === 'EndUser' ? 'the person' : undefined)
  return `${from === null ? 'The session begins' : 'The session is now'}${from === null ? ': ' : ' '}${status}${by ? `, by ${by}` : ''}`
}

export function ConsentLine({ event, userId }: { event: ConsentEvent; userId: string }) {
  const purposeName = usePurposeName()
  const about = event.purpose === 'all' ? 'Consent' : `Consent to ${purposeName(event.purpose)}`
  const status = consentWords[event.toStatus ?? 'none'].label.toLowerCase()
  return (
    <SystemLine at={event.happenedAt}>
      {about}: {event.fromStatus === event.toStatus ? `${status}, once more` : status}
      {event.pendingUntil && ', waiting for confirmation'} ·{' '}
      <LedgerLink userId={userId} line={event.id}>
        Line {event.number}
      </LedgerLink>
    </SystemLine>
  )
}
