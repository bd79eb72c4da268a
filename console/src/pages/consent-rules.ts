import { consentStatuses, type ConsentEvent, type ConsentStatus } from '../../../src/contract/consent.ts'

/** A person's consent to one purpose, or to all. */
export interface Consent {
  status: ConsentStatus | null
  /** Does a double opt-in wait for its second word? */
  isPending: boolean
}

/**
 * Why somebody at the business cannot record this status; undefined if they can. The server decides; this spares people its refusal.
 */
export function whyNot(status: ConsentStatus, now: Consent): string | undefined {
  if (status === now.status) return undefined
  if (status === 'DoublyOptedIn' && !now.isPending) {
    return 'It is a second confirmation, and none is awaited. Where the channel asks for two, record the first one as explicitly opted in.'
  }
  if (status === 'ImplicitlyOptedIn' && now.status === 'OptedOut') {
    return 'The person opted out, and only an explicit yes undoes that.'
  }
  if (status === 'ImplicitlyOptedIn' && now.status !== null) return 'The person has already said more than that.'
  return undefined
}

export const recordable = (now: Consent): ConsentStatus[] => consentStatuses.filter((status) => !whyNot(status, now))

/** What the person said of one purpose, if a line among these tells it. @param lines newest first */
export function consentTo(purpose: string, lines: ConsentEvent[]): Consent {
  return { status: lines.find((line) => line.purpose === purpose)?.toStatus ?? null, isPending: false }
}
