import type { Pool, PoolClient } from 'pg'
import { uuidv7 } from 'uuidv7'
import { again } from './collision.ts'
import { claimExternalIds, keyOf, releaseExternalIds, type ExternalId, type RecordObject } from './external-ids.ts'
import { inTransaction } from './transaction.ts'

/** A record somebody wants to create or to change. */
export interface Wish<Change> {
  /** The record to change. Without it the first external id finds one; without both, or if it finds none, a record is created. */
  id?: string
  /** External ids the record has, or gets. */
  externalIds: ExternalId[]
  change: Change
}

/** Why a wish is not fulfilled. `other`: the id of the record that has what was wanted, or that this one was merged into. */
export interface Refusal {
  outcome: 'refused'
  problem: 'absent' | 'merged' | 'invalid' | 'conflict'
  field: string
  reason: string
  other?: string
}
export type Outcome = { outcome: 'created' | 'updated' | 'unchanged'; id: string } | Refusal

export const refused = (problem: Refusal['problem'], field: string, reason: string, other?: string): Refusal =>
  ({ outcome: 'refused', problem, field, reason, ...other && { other } })
const isRefusal = (result: object): result is Refusal => 'problem' in result

export interface Stored<Fields> {
  id: string
  mergedInto: string | null
  isDeleted: boolean
  fields: Fields
}
export interface Written<Fields> {
  id: string
  before: Fields | undefined
  after: Fields
}

/** What individuals and accounts do differently. */
export interface RecordKind<Change extends { externalIds?: ExternalId[] }, Fields extends { externalIds: ExternalId[] }> {
  object: RecordObject
  /** The records with these ids, also merged and deleted ones, locked until the end of the transaction. */
  read(client: PoolClient, ids: string[]): Promise<Stored<Fields>[]>
  /** Looks up what the changes refer to. @returns the function that makes a record of what is there and a change */
  decider(client: PoolClient, changes: Change[]): Promise<(before: Fields | undefined, change: Change) => Fields | Refusal>
  write(client: PoolClient, records: Written<Fields>[]): Promise<void>
}

/**
 * Creates and changes records, set-based, in one transaction: all that are not refused. Safe against whoever does the same at the
 * same time: of two who create a record with one external id, the second changes what the first created.
 * @param options.dryRun tells the outcomes and changes nothing
 * @returns an outcome for each wish, in their order
 */
export async function save<Change extends { externalIds?: ExternalId[] }, Fields extends { externalIds: ExternalId[] }>(
  pool: Pool, kind: RecordKind<Change, Fields>, wishes: Wish<Change>[], { dryRun = false } = {},
): Promise<Outcome[]> {
  return again(() => inTransaction(pool, async (client) => {
    const outcomes: Outcome[] = []
    await client.query('savepoint nothing_done')
    let open = wishes.map((wish, index) => ({ wish, index }))
    while (open.length > 0) {
      await client.query('savepoint round')
      const results = await saveRound(client, kind, open.map(({ wish }) => wish))
      const refusals = open.filter((_, i) => results[i] && isRefusal(results[i]))
      // What a refused wish had claimed may belong to another of them: begin again without it.
      if (refusals.length > 0) await client.query('rollback to savepoint round')
      open.forEach(({ index }, i) => {
        const result = results[i]
        if (result && (refusals.length === 0 || isRefusal(result))) outcomes[index] = result
      })
      open = open.filter(({ index }) => outcomes[index] === undefined)
    }
    if (dryRun) await client.query('rollback to savepoint nothing_done')
    return outcomes
  }))
}

/** Of several wishes for one record the first is fulfilled; for the others the result is undefined, and they are for the next round. */
async function saveRound<Change extends { externalIds?: ExternalId[] }, Fields extends { externalIds: ExternalId[] }>(
  client: PoolClient, kind: RecordKind<Change, Fields>, wishes: Wish<Change>[],
): Promise<(Outcome | undefined)[]> {
  const targets = await targetsOf(client, kind.object, wishes)
  const stored = new Map((await kind.read(client, [...new Set(targets)])).map(record => [record.id, record]))
  const decide = await kind.decider(client, wishes.map(wish => wish.change))
  const seen = new Set<string>()
  const results = wishes.map((wish, i) => {
    const id = targets[i]!
    if (seen.has(id)) return undefined
    seen.add(id)
    return plan(wish, id, stored.get(id), decide)
  })
  const written = results.filter((result): result is Written<Fields> => result !== undefined && !isRefusal(result))
  const owners = await claimExternalIds(client, kind.object, written.flatMap(({ id, before, after }) => {
    const had = new Set(before?.externalIds.map(keyOf))
    return after.externalIds.filter(external => !had.has(keyOf(external))).map(external => ({ ...external, recordId: id }))
  }))
  const taken = ({ id, after }: Written<Fields>) => after.externalIds.find(external => ![undefined, id].includes(owners.get(keyOf(external))))
  const outcomes = results.map((result): Outcome | undefined => {
    if (result === undefined || isRefusal(result)) return result
    const external = taken(result)
    if (external) return refused('conflict', 'externalIds', `${keyOf(external)} belongs to`, owners.get(keyOf(external)))
    const { id, before, after } = result
    return { id, outcome: !before ? 'created' : JSON.stringify(before) === JSON.stringify(after) ? 'unchanged' : 'updated' }
  })
  if (outcomes.some(outcome => outcome && isRefusal(outcome))) return outcomes

  const changed = written.filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after))
  await releaseExternalIds(client, kind.object, changed.flatMap(({ before, after }) => {
    const has = new Set(after.externalIds.map(keyOf))
    return before?.externalIds.filter(external => !has.has(keyOf(external))) ?? []
  }))
  if (changed.length > 0) await kind.write(client, changed)
  return outcomes
}

/** The id of the record each wish is about: an existing one's, or a new one. */
async function targetsOf(client: PoolClient, object: RecordObject, wishes: Wish<unknown>[]): Promise<string[]> {
  const proposed = wishes.map(({ id }) => id ?? uuidv7())
  const claims = wishes.flatMap(({ id, externalIds: [finder] }, i) => (!id && finder ? [{ ...finder, recordId: proposed[i]! }] : []))
  const owners = await claimExternalIds(client, object, claims)
  return wishes.map(({ id, externalIds: [finder] }, i) => (!id && finder && owners.get(keyOf(finder))) || proposed[i]!)
}

function plan<Change extends { externalIds?: ExternalId[] }, Fields extends { externalIds: ExternalId[] }>(
  wish: Wish<Change>, id: string, stored: Stored<Fields> | undefined, decide: (before: Fields | undefined, change: Change) => Fields | Refusal,
): Written<Fields> | Refusal {
  if (wish.id && (!stored || stored.isDeleted)) return refused('absent', 'id', 'is not known')
  if (stored?.isDeleted) return refused('conflict', 'externalId', 'belonged to a record that is being deleted; try again')
  if (stored?.mergedInto) return refused('merged', 'id', 'was merged into', stored.mergedInto)
  const before = stored?.fields
  const decided = decide(before, wish.change)
  if (isRefusal(decided)) return decided
  const externalIds = new Map([...wish.change.externalIds ?? before?.externalIds ?? [], ...wish.externalIds].map(external => [keyOf(external), external]))
  return { id, before, after: { ...decided, externalIds: sorted([...externalIds.values()]) } }
}

/** As the database sorts them, so that equal lists are equal. */
const sorted = (ids: ExternalId[]): ExternalId[] =>
  ids.map(({ system, externalId }) => ({ system, externalId })).toSorted((a, b) => Buffer.compare(Buffer.from(sortKey(a)), Buffer.from(sortKey(b))))
const sortKey = ({ system, externalId }: ExternalId) => `${system}\u0000${externalId}`
