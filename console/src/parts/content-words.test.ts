import { expect, test } from 'vitest'
import { contentInWords, formatSize } from './content-words.ts'

test.each<[string, string, unknown, string | null, string | undefined]>([
  ['a place with a name', 'location', { location: { latitude: 41.9, longitude: 12.5, name: 'Colosseo', address: 'Roma' } }, null, 'Colosseo, Roma (41.9, 12.5)'],
  ['a place without one', 'location', { lat: 0, long: -1 }, null, '0, -1'],
  ['a place that is none', 'location', { note: 'somewhere' }, null, undefined],
  ['contacts', 'contacts', { contacts: [
    { name: { formatted_name: 'Ana Rossi', first_name: 'Ana' }, phones: [{ phone: '+39 333' }] }, { name: { formatted_name: 'Ben' } },
  ] }, null, 'Ana Rossi (+39 333), Ben'],
  ['a contact that lies flat', 'contacts', { contact: { first_name: 'Ana', last_name: 'Rossi', phone_number: '+39333' } }, null, 'Ana Rossi (+39333)'],
  ['a reaction', 'reaction', { reaction: { message_id: 'm-1', emoji: '❤️' } }, '❤️', 'Reacted with ❤️'],
  ['a reaction that was taken back', 'reaction', { reaction: { message_id: 'm-1' } }, null, 'Reaction taken back'],
  ['a sticker', 'sticker', { sticker: { emoji: '😀' } }, null, '😀'],
  ['anything else', 'interactive', { name: 'x' }, null, undefined],
  ['nothing', 'location', null, null, undefined],
])('%s in words', (_what, type, content, text, words) => expect(contentInWords(type, content, text)).toBe(words))

test.each([[0, '0 bytes'], [999, '999 bytes'], [1234, '1.2 kB'], [56_789, '57 kB'], [25 * 1024 * 1024, '26 MB']])('%i is %s', (bytes, words) =>
  expect(formatSize(bytes)).toBe(words))
