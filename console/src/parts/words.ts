import type { Role, Scope } from '../../../src/contract/access.ts'
import type { OptOutScope, PlatformType } from '../../../src/contract/channels.ts'
import type { ConsentType, KeywordKind, KeywordTrialResult } from '../../../src/contract/consent.ts'
import type { MessagingUser } from '../../../src/contract/messaging-users.ts'
import type { EndedBy, Session, SessionOrigin } from '../../../src/contract/sessions.ts'

interface Word {
  label: string
  colour: string
}

export const consentWords: Record<NonNullable<MessagingUser['consentStatus']> | 'none', Word> = {
  none: { label: 'None', colour: 'gray' },
  ImplicitlyOptedIn: { label: 'Implicitly opted in', colour: 'blue' },
  ExplicitlyOptedIn: { label: 'Explicitly opted in', colour: 'teal' },
  DoublyOptedIn: { label: 'Doubly opted in', colour: 'green' },
  OptedOut: { label: 'Opted out', colour: 'red' },
}

export const sessionWords: Record<Session['status'], Word> = {
  New: { label: 'New', colour: 'blue' },
  Waiting: { label: 'Waiting', colour: 'orange' },
  Active: { label: 'Active', colour: 'green' },
  Inactive: { label: 'Inactive', colour: 'yellow' },
  Paused: { label: 'Paused', colour: 'yellow' },
  Consent: { label: 'Consent', colour: 'violet' },
  Ended: { label: 'Ended', colour: 'gray' },
  Error: { label: 'Error', colour: 'red' },
}

export const nameSourceWords: Record<MessagingUser['nameSource'], string> = {
  platform: 'from the platform',
  business: 'given by the business',
  import: 'from an import',
  default: 'until a name is known',
}

interface Meaning {
  label: string
  means: string
}

export const originWords: Record<SessionOrigin, { label: string }> = {
  InboundInitiated: { label: 'They wrote' },
  AgentInitiated: { label: 'An agent wrote' },
  TriggeredOutbound: { label: 'A program wrote' },
  Help: { label: 'Help word' },
  OptIn: { label: 'Opt-in' },
  OptOut: { label: 'Opt-out' },
  ConversationClose: { label: 'Conversation closed' },
  ConversationControlLost: { label: 'Control lost' },
}

export const endedByWords: Record<EndedBy, { label: string }> = {
  Agent: { label: 'Agent' },
  Bot: { label: 'Bot' },
  EndUser: { label: 'The person' },
  System: { label: 'Muster' },
}

export const consentTypeWords: Record<ConsentType, Meaning> = {
  ImplicitOptIn: {
    label: 'Implicit',
    means: 'Whoever writes to you has consented by writing. You may answer at once, until they opt out.',
  },
  ExplicitOptIn: {
    label: 'Explicit',
    means: 'Whoever writes to you is asked first. You may write once they have answered with an opt-in word.',
  },
  DoubleOptIn: {
    label: 'Double',
    means: 'Whoever opts in is asked to confirm it. You may write once they have said both: an opt-in word, then a word that confirms.',
  },
}

export const minimumConsentLabel = (level: ConsentType | null) =>
  level === null ? 'What the channel asks for' : consentTypeWords[level].label

export const optOutScopeWords: Record<OptOutScope, Meaning> = {
  channel: { label: 'This channel', means: 'They can still be written to on your other channels.' },
  brand: {
    label: 'All channels of this brand',
    means: 'They are known by their phone number on every channel with the same brand, and not written to on any of them.',
  },
  everything: {
    label: 'Everything',
    means: 'They are known by their phone number on all your channels, and not written to on any of them.',
  },
}

export const platformTypeWords: Record<PlatformType, Meaning> = {
  Standard: { label: 'Standard', means: 'Sessions are new, waiting, active or ended.' },
  Enhanced: { label: 'Enhanced', means: 'Sessions can also be paused, inactive, or about consent alone.' },
}

/** What becomes of the session of somebody whose message is tried. */
export const trialSessionWords: Record<KeywordTrialResult['sessionStatus'], string> = {
  Waiting: 'Waits for an agent',
  Consent: 'About consent alone: nobody has to answer',
  Ended: 'Ends at once: nobody has to answer',
}

export const keywordKindWords: Record<KeywordKind, string> = {
  optOut: 'Opt-out word',
  optIn: 'Opt-in word',
  doubleOptIn: 'Confirming word',
  help: 'Help word',
  custom: 'Custom word',
}

export const roleWords: Record<Role, Meaning> = {
  admin: { label: 'Admin', means: 'Everything' },
  agent: { label: 'Agent', means: 'Reads, changes messaging users and serves sessions' },
  viewer: { label: 'Viewer', means: 'Reads' },
}

export const scopeWords: Record<Scope, string> = {
  'channels:read': 'Read channels',
  'channels:write': 'Change channels',
  'messaging-users:read': 'Read messaging users and what they said',
  'messaging-users:write': 'Change messaging users',
  'individuals:read': 'Read individuals and accounts',
  'individuals:write': 'Change individuals and accounts',
  'sessions:read': 'Read sessions',
  'sessions:write': 'Accept, hand over and end sessions',
  'messages:write': 'Write to messaging users',
  'events:read': 'Listen to the live stream',
}

export const optionsOf = (words: Record<string, { label: string }>) =>
  Object.entries(words).map(([value, { label }]) => ({ value, label }))
