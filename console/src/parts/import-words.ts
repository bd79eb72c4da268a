import type { ImportField, ImportOutcome, ImportRowOutcome, ImportStatus } from '../../../src/contract/imports.ts'

interface Word {
  label: string
  colour: string
}

export const importStatusWords: Record<ImportStatus, Word> = {
  uploading: { label: 'Uploading', colour: 'blue' },
  ready: { label: 'Not started', colour: 'gray' },
  checking: { label: 'Dry run', colour: 'blue' },
  running: { label: 'Running', colour: 'blue' },
  paused: { label: 'Paused', colour: 'yellow' },
  done: { label: 'Done', colour: 'green' },
  cancelled: { label: 'Cancelled', colour: 'gray' },
  failed: { label: 'Failed', colour: 'red' },
  undoing: { label: 'Being undone', colour: 'orange' },
  undone: { label: 'Undone', colour: 'gray' },
}

export const outcomeWords: Record<ImportOutcome, Word> = {
  created: { label: 'Created', colour: 'green' },
  changed: { label: 'Changed', colour: 'blue' },
  unchanged: { label: 'As they were', colour: 'gray' },
  rejected: { label: 'Left out', colour: 'red' },
}

/** What would become of rows. */
export const trialWords: Record<ImportOutcome, string> = {
  created: 'Would be created',
  changed: 'Would be changed',
  unchanged: 'As they are already',
  rejected: 'Would be left out',
}

export const undoneWords: Record<NonNullable<ImportRowOutcome['undone']>, string> = {
  removed: 'Removed again',
  reverted: 'As before',
  kept: 'Stays',
}

export const importFieldWords: Record<ImportField, string> = {
  key: 'Phone number or platform key',
  name: 'Name',
  firstName: 'First name',
  lastName: 'Last name',
  channel: 'Channel',
  consentStatus: 'Consent status',
  consentSource: 'Source of the consent',
  consentAt: 'Time of the consent',
  locale: 'Locale',
  language: 'Language',
  isoCountryCode: 'Country code',
  profilePictureUrl: 'Address of a picture',
  contact: 'Contact (id)',
  account: 'Account (id)',
  lead: 'Lead (id)',
  employee: 'Employee (id)',
  personAccount: 'Person account (id)',
}

const delimiterNames: Record<string, string> = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'bars' }
export const delimiterWords = (delimiter: string) => delimiterNames[delimiter] ?? `“${delimiter}”`

const encodingNames: Record<string, string> = { 'utf-8': 'UTF-8', 'utf-16le': 'UTF-16', 'utf-16be': 'UTF-16', 'windows-1252': 'Windows-1252' }
export const encodingWords = (encoding: string) => encodingNames[encoding] ?? encoding

const sizeUnits = ['KB', 'MB', 'GB', 'TB']
/** 1536 → `1.5 KB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), sizeUnits.length)
  return `${(bytes / 1000 ** power).toLocaleString('en', { maximumFractionDigits: 1 })} ${sizeUnits[power - 1]}`
}
