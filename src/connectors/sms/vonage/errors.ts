import type { Failures } from '../failures.ts'

/**
 * Codes of the Messages API, in answers and in the status of messages. https://developer.vonage.com/api-errors/messages
 * 1240, 9 in delivery receipts: the person has sent STOP, and Opt-Out Assist keeps the business from writing.
 */
export const failures: Failures = {
  1000: 'rate-limited', 1030: 'unavailable', 1100: 'unavailable', 1230: 'unavailable',
  9: 'opted-out', 1240: 'opted-out',
  1040: 'invalid-recipient', 1170: 'invalid-recipient', 1190: 'invalid-recipient', 1300: 'invalid-recipient',
  1050: 'unreachable', 1180: 'unreachable', 1200: 'unreachable', 1220: 'unreachable', 1250: 'unreachable', 1260: 'unreachable', 1270: 'unreachable',
  1280: 'unreachable', 1290: 'unreachable', 1310: 'unreachable', 1330: 'unreachable', 1360: 'unreachable',
  1010: 'rejected', 1020: 'rejected', 1090: 'rejected', 1210: 'rejected', 1320: 'rejected',
  1060: 'misconfigured', 1070: 'misconfigured', 1080: 'misconfigured', 1120: 'misconfigured', 1140: 'misconfigured', 1160: 'misconfigured',
  'low-balance': 'misconfigured', unauthorized: 'misconfigured', forbidden: 'misconfigured', unprovisioned: 'misconfigured',
  'account-suspended': 'misconfigured',
}

/** The code of a problem (RFC 7807): at the end of its `type`, an address, or else in `title`. */
export function codeOf({ type, title }: Record<string, unknown>): string | undefined {
  const inType = typeof type === 'string' ? /#([\w-]{1,50})$/.exec(type)?.[1] : undefined
  return inType ?? (/^\d{1,5}$/.test(String(title)) ? String(title) : undefined)
}
