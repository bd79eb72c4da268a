import type { Failures } from '../failures.ts'

/**
 * Codes Telnyx answers with, or ends a message with.
 * https://developers.telnyx.com/docs/messaging/messages/error-codes, https://developers.telnyx.com/development/api-fundamentals/api-errors
 */
export const failures: Failures = {
  10011: 'rate-limited', 40011: 'rate-limited', 40318: 'rate-limited',
  10007: 'unavailable', 10008: 'unavailable',
  40300: 'opted-out',
  10002: 'invalid-recipient', 10016: 'invalid-recipient', 40001: 'invalid-recipient', 40012: 'invalid-recipient', 40301: 'invalid-recipient',
  40310: 'invalid-recipient', 40319: 'invalid-recipient',
  40004: 'unreachable', 40005: 'unreachable', 40006: 'unreachable', 40008: 'unreachable', 40014: 'unreachable',
  40002: 'rejected', 40003: 'rejected', 40009: 'rejected', 40015: 'rejected', 40302: 'rejected', 40316: 'rejected', 40322: 'rejected', 40328: 'rejected',
  10001: 'misconfigured', 10005: 'misconfigured', 10009: 'misconfigured', 10010: 'misconfigured', 20100: 'misconfigured', 40010: 'misconfigured',
  40013: 'misconfigured', 40100: 'misconfigured', 40150: 'misconfigured', 40151: 'misconfigured', 40305: 'misconfigured', 40306: 'misconfigured',
  40309: 'misconfigured', 40312: 'misconfigured', 40314: 'misconfigured', 40315: 'misconfigured', 40320: 'misconfigured', 40321: 'misconfigured',
  40329: 'misconfigured', 40333: 'misconfigured',
}
