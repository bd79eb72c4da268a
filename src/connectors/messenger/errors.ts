import type { SendFailure } from '../sending.ts'

/**
 * By code, or by code and subcode where these make a difference.
 * https://developers.facebook.com/docs/messenger-platform/error-codes
 */
const failures = new Map<string, SendFailure>(Object.entries({
  4: 'rate-limited', 17: 'rate-limited', 32: 'rate-limited', 613: 'rate-limited', 80006: 'rate-limited',
  // Seen as well when the person blocked the Page, which Meta does not tell.
  1: 'unavailable', 2: 'unavailable', 1200: 'unavailable',
  '10/2018278': 'window-closed', '10/2018065': 'window-closed', '10/2534022': 'window-closed',
  '100/2018001': 'invalid-recipient',
  551: 'unreachable', '10/2018108': 'unreachable', '200/1545041': 'unreachable', '200/2018108': 'unreachable',
  100: 'rejected',
  0: 'misconfigured', 3: 'misconfigured', 10: 'misconfigured', 190: 'misconfigured', 368: 'misconfigured',
} as const))

/** @returns undefined for a code that is not known. */
export function failureOfCode(code: string, subcode: string): SendFailure | undefined {
  // 200 to 299: a permission is missing, or was taken away.
  return failures.get(`${code}/${subcode}`) ?? (/^2\d\d$/.test(code) ? 'misconfigured' : failures.get(code))
}
