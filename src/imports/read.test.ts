import fc from 'fast-check'
import { stringify } from 'csv-stringify/sync'
import { expect, test } from 'vitest'
import { guessMapping, headerOf } from './columns.ts'
import { guarded, unguarded } from './guard.ts'
import { isShortened, numberOf } from './number.ts'
import { readRows, type FileRow } from './read.ts'
import { delimiterOf, EncodingFinder, refuseBinary, toUtf8 } from './text.ts'

const opened = (text: string | Buffer, size = 5) => async function* (from: number) {
  const bytes = Buffer.from(text as string)
  for (let at = from; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
async function rowsOf(text: string, { width, size, from = { byte: 0, row: 0 } }: { width?: number; size?: number; from?: { byte: number; row: number } } = {}) {
  const rows: FileRow[] = []
  for await (const row of readRows(opened(text, size), ',', from, width)) rows.push(row)
  return rows
}

test('from wherever a row ended, the same rows follow', async () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'é', '😀', '"', ',', '\n', '\r\n', ' ', ''), maxLength: 6 })
  await fc.assert(fc.asyncProperty(fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { maxLength: 8 }), fc.integer({ min: 1, max: 9 }), async (cells, size) => {
    const text = stringify(cells)
    const rows = await rowsOf(text, { width: 2, size })
    expect(rows.map(row => row.cells)).toEqual(cells)
    for (const [i, { number, end }] of rows.entries()) expect(await rowsOf(text, { width: 2, size, from: { byte: end, row: number } })).toEqual(rows.slice(i + 1))
  }), { numRuns: 60 })
})

test('a quotation mark that is not closed costs its own line', async () => {
  const rows = await rowsOf('a,b\n1,2\n"x,3\n4,"5"\n6,7\n\n8,9', { width: 2 })
  expect(rows.map(row => [row.number, row.cells ?? row.problem?.slice(0, 11)])).toEqual([[1, ['a', 'b']], [2, ['1', '2']], [3, 'A quotation'], [4, ['4', '5']], [5, ['6', '7']], [7, ['8', '9']]])
})

test('a cell of 10 MB is a cell, one that would fill the memory is not; the rest goes on', async () => {
  for (const [size, isRead] of [[10_000_000, true], [20_000_000, false]] as const) {
    const rows = await rowsOf(`a,${'z'.repeat(size)}\n3,4\n`, { width: 2, size: 65_536 })
    expect([rows[0]!.cells !== undefined, rows[1]!.cells]).toEqual([isRead, ['3', '4']])
  }
})

const encodings: [string, Buffer, string][] = [
  ['UTF-8', Buffer.from('Jürgen, Zoë'), 'utf-8'],
  ['UTF-8 with a mark', Buffer.from('\uFEFFJürgen'), 'utf-8'],
  ['UTF-8 with one broken byte among many letters', Buffer.concat([Buffer.from('ÄÖÜß'), Buffer.from([0xe4])]), 'utf-8'],
  ['UTF-8 that breaks off', Buffer.from('Jürgen Zoë').subarray(0, -1), 'utf-8'],
  ['Windows-1252', Buffer.from('J\u00fcrgen, 5 \u0080', 'latin1'), 'windows-1252'],
  ['UTF-16 LE with a mark', Buffer.from('\uFEFFJürgen', 'utf16le'), 'utf-16le'],
  ['UTF-16 LE without', Buffer.from('phone;name\n1;Jürgen', 'utf16le'), 'utf-16le'],
  ['UTF-16 BE with a mark', Buffer.from('\uFEFFJürgen', 'utf16le').swap16(), 'utf-16be'],
]
test.each(encodings)('%s is recognised', async (_name, bytes, encoding) => {
  const finder = new EncodingFinder()
  for (let i = 0; i < bytes.length; i += 40) finder.add(bytes.subarray(i, i + 40))
  expect(finder.encoding).toBe(encoding)
  if (encoding === 'utf-8') return
  let text = ''
  for await (const part of toUtf8(opened(bytes, 3)(0), finder.encoding)) text += part
  expect(text).toContain('Jürgen')
})

test('separators are recognised, also where the file names its own', () => {
  expect(['a,b;c,d\n', 'a;b;"c,d,e"\n', 'a\tb\n', 'sep=;\r\na;b\n', 'one'].map(delimiterOf)).toEqual([
    { delimiter: ',', skip: 0 }, { delimiter: ';', skip: 0 }, { delimiter: '\t', skip: 0 }, { delimiter: ';', skip: 7 }, { delimiter: ',', skip: 0 }])
})

test.each([['504b0304', '.xlsx'], ['d0cf11e0', '.xls'], ['1f8b0800', 'unpack']])('what begins with %s is refused with what to do', (hex, words) => {
  expect(() => refuseBinary(Buffer.from(hex, 'hex'))).toThrow(words)
})

test('columns are recognised by Salesforce’s names, ours, and what people write', () => {
  const sample = [['x']]
  expect(guessMapping(['MessagingPlatformKey', 'MessagingConsentStatus', 'Name', 'ContactId', 'IsoCountryCode', 'MessagingChannelId'], sample))
    .toEqual(['key', 'consentStatus', 'name', 'contact', 'isoCountryCode', 'channel'])
  expect(guessMapping(['platform_key', 'consent_status', 'consentSource', 'iso_country_code'], sample)).toEqual(['key', 'consentStatus', 'consentSource', 'isoCountryCode'])
  expect(guessMapping(['Vorname', 'Last name', 'E-Mail', 'Telefon (mobil)', 'Phone'], sample)).toEqual(['firstName', 'lastName', null, null, 'key'])
  expect(guessMapping(['Wer', 'Was'], [['Ada', '+39 333 1234567'], ['Bo', '']])).toEqual([null, 'key'])
  expect(headerOf([' a ', 'a', '', 'a'])).toEqual(['a', 'a (2)', 'Column 3', 'a (3)'])
})

test('numbers are understood as people write them, and what spreadsheets made of them is not', () => {
  const of = (text: string, country: string | null = 'DE') => numberOf(text, country).e164
  expect(['+49 (0)1512 3456789', '0049 1512 3456789', '01512/3456789', 'tel:+4915123456789', '4915123456789'].map(text => of(text))).toEqual(Array(5).fill('+4915123456789'))
  expect(of('15551234567', null)).toBeNull() // nobody has it
  expect(of('12125551234', null)).toBe('+12125551234')
  expect([of('01512 3456789', null), of('hello'), of('12')]).toEqual([null, null, null])
  expect(['4.91512E+12', '4,91512E+12', '4E12', '+4915123456789'].map(isShortened)).toEqual([true, true, true, false])
})

test('cells that a spreadsheet would run come back as they were', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('=', '+', '\'', 'a', '@', '-') }), text => {
    expect(unguarded(guarded(text))).toBe(text)
    expect(guarded(text)).not.toMatch(/^[=+\-@]/)
  }))
})
