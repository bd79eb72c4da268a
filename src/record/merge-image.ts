import type { PoolClient } from 'pg'
import type { RecordObject } from './external-ids.ts'
import type { NotedLink } from './links.ts'
import { mergeFields, type Choices, type Side } from './merge-sides.ts'

/** What was there before a merge. */
export interface BeforeImage {
  kept: Side
  merged: Side
  externalIds: { system: string; externalId: string; recordId: string }[]
  /** Of an individual: its messaging users' links, and those to accounts. Of an account: those to the merged one. */
  links: NotedLink[]
  /** Contacts of the merged account. */
  contacts: string[]
  /** The merged individual's open suggestions. */
  suggestions: { userId: string; id: string }[]
}

/** A merge as it is stored. */
export interface StoredMerge {
  id: string
  object: RecordObject
  kept_id: string
  merged_id: string
  before_image: BeforeImage
  choices: Choices
  undone_at: Date | null
}

const list = (table: string) => `coalesce((select jsonb_agg(to_jsonb(x) order by x.id) from ${table} x where x.individual_id = r.id), '[]')`

/** The records as they are now, by id; also merged and deleted ones. */
export async function readSides(client: Pick<PoolClient, 'query'>, object: RecordObject, ids: string[]): Promise<Map<string, Side>> {
  const { rows } = await client.query<Side>(object === 'individual'
    ? `select to_jsonb(r) as record, ${list('individual_phones')} as phones, ${list('individual_emails')} as emails from individuals r where r.id = any($1)`
    : `select to_jsonb(r) as record, '[]'::jsonb as phones, '[]'::jsonb as emails from accounts r where r.id = any($1)`, [ids])
  return new Map(rows.map(side => [side.record.id, side]))
}

/** Writes what has become of a record. */
export async function writeSide(client: PoolClient, object: RecordObject, { record, phones, emails }: Side): Promise<void> {
  const columns = [...Object.values(mergeFields[object]), 'attributes']
  const table = object === 'individual' ? 'individuals' : 'accounts'
  await client.query(`
    update ${table} r set ${columns.map(column => `${column} = x.${column}`).join(', ')}, updated_at = now()
    from jsonb_populate_record(null::${table}, $2) x where r.id = $1`, [record.id, JSON.stringify(record)])
  if (object === 'account') return
  const lists = [
    ['individual_phones', phones, 'number, label, e164, match_key, match_version, is_verified, is_shared', ['is_verified', 'is_shared']],
    ['individual_emails', emails, 'email, label, match_key, is_verified', ['is_verified']],
  ] as const
  for (const [list, rows, values, flags] of lists) {
    const own = rows.map(row => ({ ...row, individual_id: record.id }))
    await client.query(`delete from ${list} where individual_id = $1 and not id = any($2)`, [record.id, own.map(row => row.id)])
    await client.query(`
      insert into ${list} (individual_id, id, ${values}) select individual_id, id, ${values} from jsonb_populate_recordset(null::${list}, $1)
      on conflict (individual_id, id) do update set ${flags.map(flag => `${flag} = excluded.${flag}`).join(', ')}`, [JSON.stringify(own)])
  }
}

const stored = `select m.* from merges m where m.undone_at is null`

/** The merges into a record that are not undone, in their order. @param after only those after this one */
export async function mergesInto(client: PoolClient, recordId: string, after: StoredMerge): Promise<StoredMerge[]> {
  const { rows } = await client.query<StoredMerge>(`
    ${stored} and m.kept_id = $1 and (m.merged_at, m.id) > (select a.merged_at, a.id from merges a where a.id = $2) order by m.merged_at, m.id`,
  [recordId, after.id])
  return currentAccounts(client, rows)
}

/** The merge that a record went into another by, if it is not undone. */
export async function mergeOf(client: PoolClient, recordId: string): Promise<StoredMerge | undefined> {
  const { rows } = await client.query<StoredMerge>(`${stored} and m.merged_id = $1`, [recordId])
  return (await currentAccounts(client, rows))[0]
}

export async function readMerge(client: PoolClient, id: string): Promise<StoredMerge | undefined> {
  const { rows } = await client.query<StoredMerge>('select * from merges where id = $1', [id])
  return (await currentAccounts(client, rows))[0]
}

/** Corrects what a later undoing will restore. */
export async function amendImage(client: PoolClient, id: string, sides: Partial<Pick<BeforeImage, 'kept' | 'merged'>>): Promise<void> {
  await client.query('update merges set before_image = before_image || $2 where id = $1', [id, JSON.stringify(sides)])
}

/** An account noted before it was merged into another is the other by now; one that was deleted is none. */
async function currentAccounts(client: PoolClient, merges: StoredMerge[]): Promise<StoredMerge[]> {
  const records = merges.flatMap(({ before_image: { kept, merged } }) => [kept.record, merged.record])
  const ids = records.flatMap(({ account_id: id }) => (typeof id === 'string' ? [id] : []))
  const { rows } = ids.length === 0 ? { rows: [] } : await client.query<{ start: string; id: string }>(`
    with recursive way as (
      select id as start, id, merged_into from accounts where id = any($1)
      union all
      select way.start, a.id, a.merged_into from way join accounts a on a.id = way.merged_into
    )
    select way.start, way.id from way join accounts a on a.id = way.id where a.merged_into is null and a.deleted_at is null`, [ids])
  const now = new Map(rows.map(({ start, id }) => [start, id]))
  for (const record of records) if (typeof record.account_id === 'string') record.account_id = now.get(record.account_id) ?? null
  return merges
}
