import type { Pool } from 'pg'
import { toTypeId } from '../src/ids.ts'

/** A case, for the how-manieth time: the words that are looked for differ, so that no memory of the last answer helps. */
export type Case = [name: string, work: (n: number) => Promise<unknown>]
export interface Answer {
  items: { id: string }[]
  nextCursor: string | null
}
type Get = (path: string) => Promise<Answer>

const firstNames = ['Ana', 'Yuki', 'Rosa', 'Karim', 'Ulrike', 'Felix', 'Nora', 'Bruno']
const surnames = ['Kowaldottir', 'Engelley', 'Berghoski', 'Janko', 'Novakworth', 'Morastein', 'Castelquist', 'Lindini']
const misspelt = ['Kowladottir', 'Engleley', 'Smiht', 'Jankwoski', 'Novakwroth', 'Morastien', 'Castlequist', 'Smyth']
const rareNames = Array.from({ length: 8 }, (_, i) => `${firstNames[i]} ${surnames[i]}`)
const any = <T>(list: T[], n: number) => list[n % list.length]!
const q = (text: string | number) => `q=${encodeURIComponent(text)}`
const digits = (n: number, length: number) => String((n * 7919 + 12_345) % 10 ** length).padStart(length, '3')

/** Everything that reads a list, searches or fills a page, with the cases that are slow by nature. */
export async function casesOf(pool: Pool, get: Get, size: number): Promise<Case[]> {
  const { channel, talkative, contact, account } = await someRecords(pool)
  const deep = Buffer.from(JSON.stringify([(Date.UTC(2025, 0, 1) + size / 2 * 20_000) * 1000, 'ffffffff-ffff-7fff-8fff-ffffffffffff'])).toString('base64url')
  const users = (query: string) => () => get(`/messaging-users?limit=50&${query}`)
  const individuals = (query: string) => () => get(`/individuals?limit=50&${query}`)
  const sessions = (query: string) => () => get(`/sessions?limit=50&${query}`)
  return [
    ['raw: newest 50 of one index', () => pool.query('select messaging_user_id from messaging_user_activity order by active_at desc, messaging_user_id desc limit 50')],
    ['messaging users, newest 50', users('')],
    ['messaging users: from the middle', users(`cursor=${deep}`)],
    ['messaging users: 1,000 a page', () => get('/messaging-users?limit=1000')],
    ['messaging users: opted out, all channels', users('consentStatus=OptedOut')],
    ['messaging users: opted out, from the middle', users(`consentStatus=OptedOut&cursor=${deep}`)],
    ['messaging users: no consent, one channel', users(`consentStatus=none&channelId=${channel}`)],
    ['messaging users: silent since long', users('lastMessageBefore=2025-01-01T03:00:00Z')],
    ['messaging users: blocked', users('blocked=true')],
    ['messaging users: a surname of 3 %', users(q('Smith'))],
    ['messaging users: a surname of 3 %, from the middle', users(`${q('Smith')}&cursor=${deep}`)],
    ['messaging users: a surname of 3 %, opted out', users(`${q('Smith')}&consentStatus=OptedOut`)],
    ['messaging users: a surname of 1 in 500', n => get(`/messaging-users?limit=50&${q(any(surnames, n))}`)],
    ['messaging users: a rare full name', n => get(`/messaging-users?limit=50&${q(any(rareNames, n))}`)],
    ['messaging users: a full name of 1 in 1,000', n => get(`/messaging-users?limit=50&${q(`${any(firstNames, n)} Smith`)}`)],
    ['messaging users: three digits', n => get(`/messaging-users?limit=50&${q(digits(n, 3))}`)],
    ['messaging users: five digits', n => get(`/messaging-users?limit=50&${q(digits(n, 5))}`)],
    ['messaging users: two letters', n => get(`/messaging-users?limit=50&${q(any(['Sm', 'xq', 'Yu', 'Ko'], n))}`)],
    ['messaging users: nobody', users(q('Zzyzx'))],
    ['messaging users: nobody, two characters', users(q('太郎'))],
    ['individuals, newest 50', individuals('')],
    ['individuals: a surname of 3 %', individuals(q('Smith'))],
    ['individuals: a rare full name', n => get(`/individuals?limit=50&${q(any(rareNames, n))}`)],
    ['individuals: a full name of 1 in 1,000', n => get(`/individuals?limit=50&${q(`${any(firstNames, n)} Smith`)}`)],
    ['individuals: a name with a typo', n => get(`/individuals?limit=50&${q(any(misspelt, n))}`)],
    ['individuals: a full name with a typo', n => get(`/individuals?limit=50&${q(`${any(firstNames, n)} ${any(misspelt, n)}`)}`)],
    ['individuals: three digits', n => get(`/individuals?limit=50&${q(digits(n, 3))}`)],
    ['individuals: five digits', n => get(`/individuals?limit=50&${q(digits(n, 5))}`)],
    ['individuals: a surname of 3 % and three digits', n => get(`/individuals?limit=50&${q(`Smith ${digits(n, 3)}`)}`)],
    ['individuals: a surname of 3 % and four digits', n => get(`/individuals?limit=50&${q(`Smith ${digits(n, 4)}`)}`)],
    ['individuals: part of an e-mail', n => get(`/individuals?limit=50&${q(any(rareNames, n).replace(' ', '.').toLowerCase())}`)],
    ['individuals: nobody, two characters', individuals(q('太郎'))],
    ['individuals: of an account', individuals(`accountId=${account}`)],
    ['accounts, newest 50', () => get('/accounts?limit=50')],
    ['accounts: part of a name', n => get(`/accounts?limit=50&${q(any(surnames, n).slice(0, 5))}`)],
    ['sessions, newest 50', sessions('')],
    ['sessions: open', sessions('open=true')],
    ['sessions: open, one channel', sessions(`open=true&channelId=${channel}`)],
    ['sessions: that failed', sessions('status=Error')],
    ['sessions: ended by agents', sessions('endedBy=Agent')],
    ['sessions: of a surname of 3 %', sessions(q('Smith'))],
    ['sessions: of a rare full name', n => get(`/sessions?limit=50&${q(any(rareNames, n))}`)],
    ['link suggestions, the surest', () => get('/link-suggestions?limit=50')],
    ['duplicates', () => get('/merge-candidates?limit=50')],
    ['channels', () => get('/channels?limit=1000')],
    ['contact page, 8 channels, 500 messages', () => Promise.all([
      '', '/messaging-users', '/sessions', '/entries'].map(part => get(`/individuals/${contact}${part}`)).concat(get(`/merges?recordId=${contact}`)))],
    ['contact page: conversation, next page', async () => get(`/individuals/${contact}/entries?cursor=${(await get(`/individuals/${contact}/entries?limit=1`)).nextCursor}`)],
    ['person’s page, 500 messages', () => Promise.all(
      ['', '/entries', '/sessions', '/aliases', '/links', '/history', '/consent-events'].map(part => get(`/messaging-users/${talkative}${part}`)))],
  ]
}

/** The newest person with a long conversation, whose contact is linked to eight; a channel; an account. */
async function someRecords(pool: Pool) {
  const { rows: [user] } = await pool.query<{ id: string; channel_id: string; contact_id: string }>(`
    select u.id, u.channel_id, u.contact_id from messaging_user_activity a join messaging_users u on u.id = a.messaging_user_id
    where a.message_count > 500 order by a.active_at desc limit 1`)
  const { rows: [account] } = await pool.query<{ id: string }>('select id from accounts order by created_at limit 1')
  return {
    channel: toTypeId('ch', user!.channel_id), talkative: toTypeId('mu', user!.id), contact: toTypeId('in', user!.contact_id), account: toTypeId('ac', account!.id),
  }
}
