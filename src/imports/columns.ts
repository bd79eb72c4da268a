import type { ImportField } from '../contract/imports.ts'

/** Names that columns have: of Salesforce's objects, of our API and exports, and as people call them. Compared by `plain`. */
const names: Record<ImportField, string[]> = {
  key: ['MessagingPlatformKey', 'platformKey', 'key', 'phone', 'phoneNumber', 'mobile', 'mobilePhone', 'mobileNumber', 'cell', 'cellPhone', 'number', 'msisdn', 'tel',
    'telephone', 'telefon', 'telefonnummer', 'handy', 'handynummer', 'mobil', 'mobilnummer', 'rufnummer', 'telefono', 'telefone',
    'cellulare', 'movil', 'celular', 'numero', 'téléphone', 'portable'],
  name: ['Name', 'fullName', 'displayName', 'contactName', 'vollständigerName', 'nombre', 'nom', 'nome', 'nominativo'],
  firstName: ['FirstName', 'givenName', 'vorname', 'prénom', 'primerNombre', 'nomeProprio'],
  lastName: ['LastName', 'surname', 'familyName', 'nachname', 'familienname', 'apellido', 'apellidos', 'cognome', 'sobrenome', 'nomDeFamille'],
  channel: ['MessagingChannelId', 'channelId', 'channel', 'channelName', 'kanal', 'canal', 'canale'],
  consentStatus: ['MessagingConsentStatus', 'consentStatus', 'consent', 'optIn', 'optInStatus', 'einwilligung'],
  consentSource: ['consentSource', 'optInSource', 'sourceOfConsent'],
  consentAt: ['consentAt', 'consentDate', 'optInDate', 'optInAt', 'dateOfConsent'],
  locale: ['Locale'],
  language: ['Language', 'sprache', 'idioma', 'lingua', 'langue'],
  isoCountryCode: ['IsoCountryCode', 'countryCode', 'country', 'land', 'pais', 'paese', 'pays'],
  profilePictureUrl: ['ProfilePictureUrl', 'picture', 'avatar', 'avatarUrl'],
  contact: ['ContactId', 'contact', 'kontakt'],
  account: ['AccountId', 'account'],
  lead: ['LeadId', 'lead'],
  employee: ['EmployeeId', 'employee'],
  personAccount: ['PersonAccountId', 'personAccount'],
}

/** Names as they are compared: without case, accents, spaces, dashes, underscores, and what is in parentheses. */
const plain = (name: string) => name.normalize('NFKD').replaceAll(/\(.*?\)/g, '').toLowerCase().replaceAll(/[^\p{L}\d]/gu, '')
const byName = new Map(Object.entries(names).flatMap(([field, all]) => all.map((name, place) => [plain(name), { field: field as ImportField, place }])))

/** What a column of this name means; undefined: nobody knows. */
export const fieldOf = (name: string): ImportField | undefined => byName.get(plain(name))?.field

/**
 * What the columns of a file mean, by their names. A meaning is given once: of several columns to the one that says it best. Where no name
 * tells whom the rows are about, a column that holds phone numbers does.
 */
export function guessMapping(header: string[], sample: string[][]): (ImportField | null)[] {
  const mapping = guessByName(header)
  const phones = mapping.findIndex((field, i) => field === null && areNumbers(sample.map(row => row[i] ?? '').filter(Boolean)))
  return mapping.includes('key') || phones < 0 ? mapping : mapping.with(phones, 'key')
}
const areNumbers = (cells: string[]) => cells.length > 0 && cells.every(cell => /^(?:[a-z]+:)?\s*\+?[\d\s()./-]{7,25}$/i.test(cell))

function guessByName(header: string[]): (ImportField | null)[] {
  const found = header.map(name => byName.get(plain(name)))
  return found.map((one, i) => {
    if (!one) return null
    const rivals = found.flatMap((other, j) => (other?.field === one.field ? [{ place: other.place, j }] : []))
    const [best] = rivals.toSorted((a, b) => a.place - b.place || a.j - b.j)
    return best!.j === i ? one.field : null
  })
}

/** The names of a file's columns: each has one, and no two have the same. */
export function headerOf(cells: string[]): string[] {
  const taken = new Set<string>()
  return cells.map((cell, i) => {
    const wanted = cell.trim().slice(0, 200) || `Column ${i + 1}`
    let name = wanted
    for (let n = 2; taken.has(name); n++) name = `${wanted} (${n})`
    taken.add(name)
    return name
  })
}
