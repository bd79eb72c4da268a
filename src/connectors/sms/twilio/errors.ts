import type { Failures } from '../failures.ts'

/** Codes Twilio answers with, or ends a message with. https://www.twilio.com/docs/api/errors */
export const failures: Failures = {
  14107: 'rate-limited', 20429: 'rate-limited', 21611: 'rate-limited', 30001: 'rate-limited',
  21610: 'opted-out',
  63016: 'window-closed',
  21211: 'invalid-recipient', 21614: 'invalid-recipient', 21635: 'invalid-recipient', 30005: 'invalid-recipient', 30006: 'invalid-recipient',
  21612: 'unreachable', 30003: 'unreachable', 30004: 'unreachable', 30008: 'unreachable', 63014: 'unreachable',
  21617: 'rejected', 30007: 'rejected',
  20003: 'misconfigured', 20005: 'misconfigured', 20404: 'misconfigured', 21408: 'misconfigured', 21603: 'misconfigured', 21606: 'misconfigured',
  21608: 'misconfigured', 21609: 'misconfigured', 21659: 'misconfigured', 21660: 'misconfigured', 30002: 'misconfigured', 30034: 'misconfigured',
}

/** In words, those of receipts. */
export const titles: Record<string, string | undefined> = {
  21610: 'The recipient has unsubscribed',
  30003: 'Unreachable: switched off or out of service',
  30004: 'Blocked by the recipient or carrier',
  30005: 'Unknown number',
  30006: 'Landline or unreachable carrier',
  30007: 'Filtered by the carrier',
  30008: 'Unknown error of the carrier',
  30034: 'The sender is not registered for US 10DLC',
}
