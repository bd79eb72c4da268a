import type { OptOutPurpose } from '../../contract/inbound-event.ts'
import { failureOf, retryAfter, type HttpAnswer, type SendFailure, type SendResult } from '../sending.ts'

/** What a provider's error codes mean. */
export type Failures = Readonly<Record<string, SendFailure | undefined>>

/** Who sent STOP is cut off from everything of this number, or of the group of numbers it belongs to. */
export const optedOutBy = (failures: Failures, code: string): { optedOut?: OptOutPurpose } =>
  failures[code] === 'opted-out' ? { optedOut: 'all' } : {}

/** An answer that refuses a message; without a known `code` its HTTP status decides. */
export function refusal(answer: HttpAnswer, failures: Failures, code: string | undefined, detail: string): SendResult {
  const known = code === undefined ? undefined : failures[code]
  return {
    ok: false, failure: known ?? failureOf(answer.status), code: code ?? null, detail,
    ...(code !== undefined && optedOutBy(failures, code)), ...retryAfter(answer),
  }
}
