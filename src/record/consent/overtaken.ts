import type { ConsentState } from './state.ts'

/**
 * Messages come late and out of order, and consent follows the time they were said. An opt-in said before the opt-out that stands
 * does not undo it; an opt-out said before the person themselves opted in again is history too. Ordinary messages overtake nothing.
 * @param since when the present status was said
 */
export function isOvertaken({ status }: ConsentState, since: Date | null, isOptOut: boolean, at: Date): boolean {
  if (since === null || at >= since) return false
  return isOptOut ? status === 'ExplicitlyOptedIn' || status === 'DoublyOptedIn' : status === 'OptedOut'
}
