import type { ConsentEvent, ConsentStatus, ConsentType, SendCheckResult } from '../../../src/contract/consent.ts'

/** What a status says about the person. */
export const consentMeans: Record<ConsentStatus | 'none', string> = {
  none: 'The person has given no consent yet.',
  ImplicitlyOptedIn: 'The person wrote first. Nobody has asked for more.',
  ExplicitlyOptedIn: 'The person said yes.',
  DoublyOptedIn: 'The person said yes, and confirmed it.',
  OptedOut: 'The person wants no messages. Nothing is sent until they say yes again.',
}

export const consentNeeds: Record<ConsentType, string> = {
  ImplicitOptIn: 'the person to write first',
  ExplicitOptIn: 'the person’s yes',
  DoubleOptIn: 'the person’s yes, and its confirmation',
}

export const consentSourceWords: Record<ConsentEvent['source'], string> = {
  message: 'A message of the person',
  keyword: 'A keyword of the person',
  platform: 'Told by the platform',
  carrier: 'Told by the carrier',
  console: 'Recorded in the console',
  api: 'Recorded by a program',
  import: 'From an import',
  merge: 'Two records became one',
  review: 'Decided in a review',
  timer: 'Time ran out',
  migration: 'As it was when the ledger began',
}

type Reason = SendCheckResult['reasons'][number]

/** Why the person may not be written to, for people who do not know the names of the states. */
export function reasonWords({ code, message }: Reason, { requiredConsent }: SendCheckResult, purpose: string): string {
  switch (code) {
    case 'opted_out':
      return 'The person opted out of all messages'
    case 'purpose_opted_out':
      return `The person opted out of ${purpose}`
    case 'not_opted_in':
    case 'consent_too_low':
      return `${purpose} needs ${consentNeeds[requiredConsent]}`
    default:
      return message
  }
}

/** `Ada (op_01…)` → `Ada`: the ledger holds the id as well. */
export const actorName = (actor: string) => actor.replace(/ \((?:op|key)_[0-9a-z]+\)$/, '')
