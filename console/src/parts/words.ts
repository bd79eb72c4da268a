import type { Role, Scope } from '../../../src/contract/access.ts'
import type { MessagingUser } from '../../../src/contract/messaging-users.ts'
import type { Session } from '../../../src/contract/sessions.ts'

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

export const consentTypeWords = {
  ImplicitOptIn: 'Implicit: writing in is consent',
  ExplicitOptIn: 'Explicit: the person must say yes',
  DoubleOptIn: 'Double: the person must say yes and confirm',
}

export const roleWords: Record<Role, { label: string; means: string }> = {
  admin: { label: 'Admin', means: 'Everything' },
  agent: { label: 'Agent', means: 'Reads, and changes messaging users' },
  viewer: { label: 'Viewer', means: 'Reads' },
}

export const scopeWords: Record<Scope, string> = {
  'channels:read': 'Read channels',
  'channels:write': 'Change channels',
  'messaging-users:read': 'Read messaging users and what they said',
  'messaging-users:write': 'Change messaging users',
  'sessions:read': 'Read sessions',
  'events:read': 'Listen to the live stream',
}

export const optionsOf = (words: Record<string, { label: string }>) =>
  Object.entries(words).map(([value, { label }]) => ({ value, label }))
