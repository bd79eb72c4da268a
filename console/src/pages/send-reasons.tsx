import type { SendCheckResult } from '../../../src/contract/consent.ts'
import { reasonWords } from '../parts/consent-words.ts'
import { LedgerLink } from './ledger-link.tsx'

interface SendReasonsProps {
  userId: string
  result: SendCheckResult
  /** As people call it. */
  purpose: string
}

/** Every reason against writing, with the line of the ledger behind it. */
export function SendReasons({ userId, result, purpose }: SendReasonsProps) {
  if (result.allowed) return null
  return (
    <ul className="reasons">
      {result.reasons.map((reason) => (
        <li key={reason.code}>
          {reasonWords(reason, result, purpose)}.
          {/* An opt-out on another channel stands in another person's ledger. */}
          {reason.consentEventId && reason.code !== 'opted_out_elsewhere' && (
            <>
              {' '}
              <LedgerLink userId={userId} line={reason.consentEventId}>
                See the line
              </LedgerLink>
            </>
          )}
        </li>
      ))}
    </ul>
  )
}
