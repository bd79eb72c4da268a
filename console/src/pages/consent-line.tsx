import { Badge, VisuallyHidden } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ConsentEvent } from '../../../src/contract/consent.ts'
import { Ago, Copy, Status } from '../parts/bits.tsx'
import { actorName, consentSourceWords } from '../parts/consent-words.ts'
import { formatDateTime, langOf } from '../parts/format.ts'
import { consentWords } from '../parts/words.ts'
import { usePurposeName } from './purposes.ts'

/** From what to what; one status where it was only said again. */
export function StatusChange({ line }: { line: ConsentEvent }) {
  const to = <Status {...consentWords[line.toStatus ?? 'none']} />
  if (line.fromStatus === line.toStatus) return (
      <span className="status-change">
        {to} once more
      </span>
    )
  return (
    <span className="status-change">
      <span className="dim">{consentWords[line.fromStatus ?? 'none'].label}</span>
      <span aria-hidden>→</span>
      <VisuallyHidden>to</VisuallyHidden>
      {to}
    </span>
  )
}

/** One line of the ledger, with all it holds. */
export function ConsentLine({ line, userId, current }: { line: ConsentEvent; userId: string; current: boolean }) {
  const purposeName = usePurposeName()
  const recordedLater = Date.parse(line.recordedAt) - Date.parse(line.happenedAt) > 60_000
  return (
    <li data-place={line.id} data-current={current || undefined}>
      <div className="ledger-head">
        <b>{line.number}</b>
        <span className="grow">
          <StatusChange line={line} />
        </span>
        <Badge size="sm" variant="default" tt="none" fw={500}>
          {purposeName(line.purpose)}
        </Badge>
        <span className="dim">
          <Ago at={line.happenedAt} />
        </span>
      </div>
      <div className="ledger-body">
        <p>
          {consentSourceWords[line.source]}
          {line.actor && (
            <>
              {' '}
              by <bdi title={line.actor}>{actorName(line.actor)}</bdi>
            </>
          )}
          {recordedLater && `, recorded ${formatDateTime(line.recordedAt)}`}
          {line.messageId && (
            <>
              {' · '}
              <Link
                to="/messaging-users/$userId"
                params={{ userId }}
                search={{ message: line.messageId }}
                replace
                resetScroll={false}
              >
                Show the message
              </Link>
            </>
          )}
        </p>
        {line.words && (
          <blockquote dir="auto" lang={langOf(line.language)}>
            “{line.words}”
          </blockquote>
        )}
        {line.note && (
          <p className="wrap-any" dir="auto">
            {line.note}
          </p>
        )}
        {line.pendingUntil && <p>Waited for confirmation until {formatDateTime(line.pendingUntil)}</p>}
        <Hashes line={line} />
      </div>
    </li>
  )
}

/** Each line holds the hash of the one before: nothing can be changed or left out unseen. */
function Hashes({ line }: { line: ConsentEvent }) {
  return (
    <details className="hashes">
      <summary>
        Hash <span className="mono">{line.hash.slice(0, 10)}…</span>
      </summary>
      <dl>
        <dt>This line</dt>
        <dd>
          <span className="mono wrap-any">{line.hash}</span> <Copy value={line.hash} label="hash" />
        </dd>
        <dt>Line before</dt>
        <dd>
          {line.previousHash ? <span className="mono wrap-any">{line.previousHash}</span> : 'None: this is the first'}
        </dd>
      </dl>
    </details>
  )
}
