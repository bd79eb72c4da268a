import type { OptOutPurpose } from '../../contract/inbound-event.ts'
import type { SendFailure } from '../sending.ts'

/** https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes */
const failures: Record<string, SendFailure | undefined> = {
  4: 'rate-limited', 80007: 'rate-limited', 130429: 'rate-limited', 131056: 'rate-limited',
  1: 'unavailable', 2: 'unavailable', 131000: 'unavailable', 131016: 'unavailable', 131057: 'unavailable',
  131050: 'opted-out',
  131047: 'window-closed',
  131021: 'invalid-recipient', 131030: 'invalid-recipient', 131062: 'invalid-recipient',
  131026: 'unreachable', 130472: 'unreachable', 131049: 'unreachable',
  100: 'rejected', 131008: 'rejected', 131048: 'rejected', 131009: 'rejected', 131051: 'rejected',
  0: 'misconfigured', 3: 'misconfigured', 10: 'misconfigured', 33: 'misconfigured', 190: 'misconfigured', 368: 'misconfigured',
  131005: 'misconfigured', 131031: 'misconfigured', 131037: 'misconfigured', 131042: 'misconfigured', 131045: 'misconfigured',
  130497: 'misconfigured', 133010: 'misconfigured',
}

/** @returns undefined for a code that is not known. */
export function failureOfCode(code: string): SendFailure | undefined {
  // 200 to 299: a permission is missing, or was taken away.
  return /^2\d\d$/.test(code) ? 'misconfigured' : failures[code]
}

/** People stop a business's marketing in WhatsApp itself; its other messages are not meant. */
export const optedOutBy = (code: string): { optedOut?: OptOutPurpose } => (failureOfCode(code) === 'opted-out' ? { optedOut: 'marketing' } : {})
