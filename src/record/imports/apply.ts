import { DatabaseError, type ClientBase, type Pool } from 'pg'
import { applySettings } from '../apply.ts'
import { rulesOf } from '../channel-rules.ts'
import { again, isCollision } from '../collision.ts'
import { sparse } from '../parameter.ts'
import type { ChangedUser } from '../people.ts'
import { runner, together, type Run, type Statement } from '../statement.ts'
import { inTransaction } from '../transaction.ts'
import { createSeen, findKnown, findTargets, seenInImport, seenInTrial, type KnownPeople, type Seen } from './find.ts'
import { personOf, planRows, problemOf, type Plan } from './plan.ts'
import { isBad, rejected, type BadRow, type ImportRow, type RowOutcome } from './row.ts'
import { changeImported, createImported, inSlices, type Importer } from './write.ts'

export type Row = ImportRow | BadRow
/** How far an import is: number and end of the last row. */
export interface Place {
  row: number
  byte: number
}
export interface Chunk {
  rows: Row[]
  end: Place
  /** Who was there when somebody looked, perhaps before the chunk before was committed. */
  ahead?: KnownPeople
}
/** An import that rows are applied for. */
export interface OpenImport {
  id: string
  importer: Importer
  /** Earlier imports of the same file, with the same settings. */
  earlier: string[]
}

const goodOf = (rows: Row[]) => rows.filter(row => !isBad(row)) as ImportRow[]

/**
 * Looks who is there of the people of a chunk, while the one before is being written. Who is created in between collides when the chunk is
 * written: it is planned anew then, with what is there.
 * @param client on which nothing else happens meanwhile, with `applySettings`
 */
export const lookAhead = (client: ClientBase, rows: Row[]): Promise<KnownPeople> => findKnown(runner(client, false), goodOf(rows))

async function planOf(run: Run, rows: Row[], seen: Seen, isLocking: boolean, ahead?: KnownPeople): Promise<{ plan: Plan; linked: Set<string> }> {
  const good = goodOf(rows)
  const [known, targets, rules] = await together(ahead ?? findKnown(run, good), findTargets(run, good, isLocking), rulesOf(run, [...new Set(good.map(row => row.channelId))]))
  const people = good.flatMap(row => {
    const user = known.get(row.number)
    return problemOf(row, user, targets) ? [] : [{ person: user?.id ?? personOf(row), row: row.number, isKnown: user !== undefined }]
  })
  const levels = new Map([...rules].map(([id, { consentType }]) => [id, consentType]))
  const plan = planRows(rows, { known, targets, levels, seen: await seen(people), now: new Date() })
  return { plan, linked: new Set([...rules].flatMap(([id, { links }]) => (links ? [id] : []))) }
}

/**
 * Tells what would become of rows, and changes nothing. To be called for all rows of an import, in their order, within one transaction.
 * @param client given to `beginTrial`
 */
export async function tryRows(client: ClientBase, rows: Row[]): Promise<RowOutcome[]> {
  const run = runner(client, false)
  return (await planOf(run, rows, seenInTrial(run), false)).plan.outcomes
}

/** Begins the transaction of a dry run. It notes whom it has seen in a temporary table; to be rolled back. */
export async function beginTrial(client: ClientBase): Promise<void> {
  await client.query(applySettings)
  await client.query('begin')
  await runner(client, false)(createSeen)
}

const writeRows: Statement = {
  name: 'write_import_rows',
  text: `
    insert into import_rows (import_id, row, outcome, messaging_user_id, given, field, reason, before)
    select $1, * from unnest($2::bigint[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::jsonb[])`,
}
const lockImport: Statement = { name: 'lock_import', text: 'select status, row from imports where id = $1 for update' }
const moveImport: Statement = {
  name: 'move_import',
  text: `
    update imports set row = $2, byte = $3, created = created + $4, changed = changed + $5, unchanged = unchanged + $6, rejected = rejected + $7
    where id = $1`,
}

/** @returns whether it was applied: not if the import does not run (any more), or is elsewhere than at `from`. */
export interface Applied {
  isApplied: boolean
  outcomes: RowOutcome[]
  changed: ChangedUser[]
}

const ATTEMPTS = 5

/**
 * Applies the next rows of an import, in one transaction with how far it is and what became of each row.
 * @param from where the rows begin. @throws what the database throws for other reasons than the rows
 */
export async function applyRows(client: ClientBase, open: OpenImport, from: Place, { rows, end, ahead }: Chunk): Promise<Applied> {
  const run = runner(client, false)
  for (let attempt = 1; ; attempt++) {
    try {
      await client.query('begin')
      const [state] = await run<{ status: string; row: number }>(lockImport, [open.id])
      if (state?.status !== 'running' || state.row !== from.row) {
        await client.query('rollback')
        return { isApplied: false, outcomes: [], changed: [] }
      }
      const again = await findEarlier(run, open.earlier, rows)
      const done = await applyHalving(client, run, open, rows.filter(row => !again.has(row.number)), attempt === 1 ? ahead : undefined)
      const outcomes = [...again.values(), ...done.outcomes].toSorted((a, b) => a.number - b.number)
      await together(noteRows(run, open.id, outcomes), run(moveImport, [open.id, end.row, end.byte, ...countsOf(outcomes)]))
      await client.query('commit')
      return { isApplied: true, outcomes, changed: done.changed }
    } catch (error) {
      await client.query('rollback').catch(() => {}) // the first error is the one to tell
      if (!isCollision(error) || attempt >= ATTEMPTS) throw error
    }
  }
}

const noteRows = (run: Run, importId: string, outcomes: RowOutcome[]) => inSlices(outcomes, rows => run(writeRows, [importId,
  rows.map(row => row.number), rows.map(row => row.outcome), sparse(rows.map(row => row.userId)), rows.map(row => row.given),
  sparse(rows.map(row => row.column)), sparse(rows.map(row => row.reason)), sparse(rows.map(row => row.before && JSON.stringify(row.before)))]))

const countsOf = (outcomes: RowOutcome[]) =>
  ['created', 'changed', 'unchanged', 'rejected'].map(outcome => outcomes.filter(row => row.outcome === outcome).length)

const findDone: Statement = {
  name: 'find_earlier_rows',
  text: `
    select distinct on (row) row, messaging_user_id, given from import_rows
    where import_id = any($1::uuid[]) and row = any($2::bigint[]) and outcome <> 'rejected' order by row, import_id desc`,
}
/** Rows that an earlier import of the same file did already. */
async function findEarlier(run: Run, earlier: string[], rows: Row[]): Promise<Map<number, RowOutcome>> {
  if (earlier.length === 0) return new Map()
  const found = await run<{ row: number; messaging_user_id: string; given: string }>(findDone, [earlier, rows.map(row => row.number)])
  return new Map(found.map(({ row, messaging_user_id: userId, given }) => [row, {
    number: row, given, outcome: 'unchanged', userId, column: null, reason: 'This row of the same file was imported before', before: null }]))
}

/** One row that the database refuses is rejected, and its neighbours are applied. */
async function applyHalving(client: ClientBase, run: Run, open: OpenImport, rows: Row[], ahead?: KnownPeople): Promise<Omit<Applied, 'isApplied'>> {
  if (rows.length === 0) return { outcomes: [], changed: [] }
  await client.query('savepoint rows')
  try {
    const { plan, linked } = await planOf(run, rows, seenInImport(run, open.id), true, ahead)
    const created = await createImported(run, plan.creations, open.importer, linked)
    const changed = await changeImported(run, plan.changes, open.importer)
    const ids = created.values()
    const outcomes = plan.outcomes.map(outcome => (outcome.outcome === 'created' ? { ...outcome, userId: ids.next().value! } : outcome))
    return { outcomes, changed: [...changed, ...plan.creations.map(({ row }, n) => ({ userId: created[n]!, channelId: row.channelId }))] }
  } catch (error) {
    if (!isBadData(error)) throw error
    await client.query('rollback to savepoint rows')
    if (rows.length === 1) return { outcomes: [rejected(rows[0]!, null, `The database refused it: ${(error as Error).message}`)], changed: [] }
    const half = rows.length >> 1
    const first = await applyHalving(client, run, open, rows.slice(0, half))
    const second = await applyHalving(client, run, open, rows.slice(half))
    return { outcomes: [...first.outcomes, ...second.outcomes], changed: [...first.changed, ...second.changed] }
  }
}

const stateOf = (error: unknown) => (error instanceof DatabaseError ? error.code ?? '' : '')
const isBadData = (error: unknown) => !isCollision(error) && ['22', '23', '54'].includes(stateOf(error).slice(0, 2))

const nobodySeen: Seen = () => Promise.resolve(new Map())

/**
 * Creates the one person a row is about. Who is there already is not changed.
 * @returns `created` or `rejected`; another outcome tells who is there. Undefined: the channel was deleted at this moment
 */
export async function createOne(pool: Pool, row: Row, importer: Importer): Promise<RowOutcome | undefined> {
  return again(() => inTransaction(pool, async client => {
    const run = runner(client, false)
    const { plan: { creations, outcomes: [outcome] }, linked } = await planOf(run, [row], nobodySeen, true)
    const [creation] = creations
    if (!creation) return outcome
    const lead = creation.links.find(link => link.isConverted)
    if (lead) return rejected(row, creation.row.links.find(({ kind }) => kind === lead.kind)!.column, 'This lead was converted: link the contact it became')
    const { rowCount } = await client.query('select from channels where id = $1 for key share', [creation.row.channelId])
    if (!rowCount) return undefined
    const [userId] = await createImported(run, creations, importer, linked)
    return { ...outcome!, userId: userId! }
  }))
}
