import type { Pool, PoolClient } from 'pg'
import { uuidv7 } from 'uuidv7'
import { requestLinks, requestLinksOf } from './link-runs.ts'
import { followAccounts, linkUsers, unlinkUsers } from './links.ts'
import { readSides, writeSide } from './merge-image.ts'
import { merged, tooManyOf, type Side } from './merge-sides.ts'
import { hold, MergeRefusedError, withoutCollision } from './merges.ts'
import { runner } from './statement.ts'
import { inTransaction } from './transaction.ts'

/** A lead that becomes a contact: this one, or a new one. Ids are UUIDs. */
export interface ConversionWish {
  leadId: string
  contactId: string | undefined
  /** The account the contact gets. */
  accountId: string | undefined
}

export interface Converted {
  contactId: string
  /** Messaging users who were linked to the lead. */
  users: { userId: string; channelId: string }[]
  movedCount: number
}

/**
 * Makes a contact of a lead: the contact gets what is known of the lead and it does not have itself, and the lead's messaging users;
 * who has another contact already keeps it. The lead stays, and knows what it became.
 * @param actor operator or API key
 * @returns undefined if there is no such individual. @throws {MergeRefusedError}
 */
export async function convertLead(pool: Pool, wish: ConversionWish, actor: string): Promise<Converted | undefined> {
  return withoutCollision(() => inTransaction(pool, async client => {
    const { leadId, accountId } = wish
    const held = await hold(client, 'individual', 'lead', [leadId], [...wish.contactId === undefined ? [] : [wish.contactId], leadId])
    const sides = await readSides(client, 'individual', [leadId, ...wish.contactId === undefined ? [] : [wish.contactId]])
    const lead = sides.get(leadId)
    if (!lead || lead.record.deleted_at !== null) return undefined
    refuseLead(lead)
    if (accountId !== undefined) await holdAccount(client, accountId)
    const contact = wish.contactId === undefined ? await newContact(client, lead) : knownContact(sides.get(wish.contactId))
    const result = merged('individual', contact, lead, { accountId: 'kept' })
    const many = tooManyOf(result)
    if (many) throw new MergeRefusedError('invalid', 'contactId', `has ${many}`)
    await writeSide(client, 'individual', accountId === undefined ? result : { ...result, record: { ...result.record, account_id: accountId } })
    const contactId = contact.record.id
    await client.query('update individuals set converted_into = $2, updated_at = now() where id = $1', [leadId, contactId])
    await client.query(`
      update link_suggestions set decision = 'obsolete', decided_at = now(), decided_by = $2 where record_id = $1 and decision is null`, [leadId, actor])
    const userIds = held.users.map(({ userId }) => userId)
    const { rows: free } = await client.query<{ id: string }>('select id from messaging_users where id = any($1) and contact_id is null', [userIds])
    const run = runner(client, false)
    await unlinkUsers(run, userIds.map(userId => ({ userId, kind: 'lead' })), { reason: 'The lead was converted', actor })
    await linkUsers(run, free.map(({ id: userId }) => ({ userId, kind: 'contact', recordId: contactId, source: 'conversion', reason: 'The lead was converted', actor })))
    await followContact(client, contactId)
    await requestLinksOf(run, [contactId])
    await requestLinks(run, held.suggestions.map(({ userId }) => userId))
    return { contactId, users: held.users, movedCount: free.length }
  }))
}

function refuseLead({ record }: Side): void {
  if (record.kind !== 'lead') throw new MergeRefusedError('invalid', 'id', 'is not a lead: only leads are converted')
  if (record.merged_into !== null) throw new MergeRefusedError('conflict', 'id', 'was merged into another')
  if (record.converted_into !== null) throw new MergeRefusedError('conflict', 'id', 'was converted already')
}

async function holdAccount(client: PoolClient, id: string): Promise<void> {
  const { rowCount } = await client.query('select from accounts where id = $1 and merged_into is null and deleted_at is null for key share', [id])
  if (rowCount === 0) throw new MergeRefusedError('invalid', 'accountId', 'is not the id of an account')
}

function knownContact(contact: Side | undefined): Side {
  if (contact?.record.kind !== 'contact' || contact.record.deleted_at !== null) throw new MergeRefusedError('invalid', 'contactId', 'is not the id of a contact')
  if (contact.record.merged_into !== null) throw new MergeRefusedError('conflict', 'contactId', 'was merged into another')
  return contact
}

async function newContact(client: PoolClient, lead: Side): Promise<Side> {
  const id = uuidv7()
  await client.query(`insert into individuals (id, kind, name) values ($1, 'contact', $2)`, [id, lead.record.name])
  return (await readSides(client, 'individual', [id])).get(id)!
}

/** Its account may be another now. */
async function followContact(client: PoolClient, contactId: string): Promise<void> {
  const { rows } = await client.query<{ id: string }>('select id from messaging_users where contact_id = $1 order by id', [contactId])
  await followAccounts(runner(client, false), rows.map(({ id }) => id))
}
