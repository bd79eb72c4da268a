import * as fc from 'fast-check'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../../test/database.ts'
import { makeChannel, received } from '../../test/record.ts'
import { EventQueue, UnavailableError, type QueueOptions } from './queue.ts'

let db: TestDatabase
let queue: EventQueue
beforeAll(async () => {
  db = await testDatabase()
})
afterEach(() => queue.stop())
afterAll(() => db.drop())

const open = (options: Partial<QueueOptions> = {}) => {
  queue = new EventQueue({ connection: db.connection, namedStatements: true, onChanged: () => {}, ...options })
}
const count = async (channel: string) => (await db.pool.query('select count(*)::int as n from messages where channel_id = $1', [channel])).rows[0].n
const texts = async (channel: string) =>
  (await db.pool.query('select text from messages where channel_id = $1 order by id', [channel])).rows.map(row => row.text)

const waitingForLocks = async () => (await db.pool.query(
  `select count(*)::int as n from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`)).rows[0].n

/** Holds everything up until told otherwise: nobody can write events meanwhile. */
async function holdUp(): Promise<() => Promise<void>> {
  const client = await db.pool.connect()
  await client.query('begin; lock table inbound_events in exclusive mode')
  return async () => {
    await client.query('rollback')
    client.release()
  }
}

test('when it is full it refuses at once, and takes again what comes after', async () => {
  open({ maxEvents: 10 })
  const channel = await makeChannel(db.pool)
  const goOn = await holdUp()
  const taken = Array.from({ length: 10 }, (_, n) => queue.take([received(channel, `p${n}`, `m${n}`)]))
  await expect(queue.take([received(channel, 'late', 'late')])).rejects.toThrow(UnavailableError)
  expect(queue.size).toBe(10)
  await goOn()
  await Promise.all(taken)
  expect(await count(channel)).toBe(10)
  expect(queue.size).toBe(0)
  expect(await queue.submit([received(channel, 'late', 'late')])).toEqual([{ outcome: 'applied' }])
})

test('nothing is answered before it is committed', async () => {
  open()
  const channel = await makeChannel(db.pool)
  const goOn = await holdUp()
  let answered = false
  const answer = queue.submit([received(channel, 'a', 'm1')]).then(() => { answered = true })
  await db.pool.query('select pg_sleep(0.2)')
  expect([answered, await count(channel)]).toEqual([false, 0])
  await goOn()
  await answer
  expect(await count(channel)).toBe(1)
})

test('a person’s messages keep their order over many batches, also when known by two identifiers', async () => {
  open({ maxBatch: 3 })
  const channel = await makeChannel(db.pool)
  const both = { key: { kind: 'phone', key: '393' }, aliases: [{ kind: 'bsuid', key: 'IT.1' }] }
  await Promise.all(Array.from({ length: 60 }, (_, n) => queue.submit([
    received(channel, '393', `m${n}`, { text: `${n}`, user: n % 3 === 0 ? both : { key: n % 3 === 1 ? both.key : both.aliases[0]! } }),
  ])))
  expect(await texts(channel)).toEqual(Array.from({ length: 60 }, (_, n) => `${n}`))
})

test('what shares an identifier keeps its order, however much waits and whatever comes between', async () => {
  const step = fc.record({ person: fc.nat(2), known: fc.constantFrom('a', 'ab', 'b'), pause: fc.boolean() })
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80, size: 'max' }), fc.constantFrom(2, 5, 40), async (steps, maxBatch) => {
    open({ maxBatch })
    const channel = await makeChannel(db.pool)
    const write = (person: number, known: string, n: number) => {
      const [key, ...aliases] = [...known].map(letter => ({ kind: letter, key: `${letter}${person}` }))
      return queue.submit([received(channel, key!.key, `${person}/${n}`, { text: `${known}:${n}`, user: { key: key!, aliases } })])
    }
    await Promise.all([0, 1, 2].map(person => write(person, 'ab', -1)))
    const answers: Promise<unknown>[] = []
    for (const [n, { person, known, pause }] of steps.entries()) {
      answers.push(write(person, known, n))
      if (pause) await new Promise(resolve => setImmediate(resolve))
    }
    await Promise.all(answers)
    const { rows } = await db.pool.query<{ texts: string[] }>(
      'select array_agg(text order by id) as texts from messages where channel_id = $1 group by messaging_user_id', [channel])
    for (const { texts } of rows) {
      for (const letter of ['a', 'b']) {
        const numbers = texts.map(text => text.split(':')).filter(([known]) => known!.includes(letter)).map(([, n]) => Number(n))
        expect(numbers).toEqual(numbers.toSorted((x, y) => x - y))
      }
    }
    expect(rows.flatMap(({ texts }) => texts)).toHaveLength(steps.length + 3)
    await queue.stop()
  }), { numRuns: 15 })
})

test('someone whose record is locked holds up nobody who comes later', async () => {
  open()
  const channel = await makeChannel(db.pool)
  await queue.submit([received(channel, 'locked', 'm0')])
  const client = await db.pool.connect()
  await client.query('begin')
  await client.query('select from messaging_user_activity where channel_id = $1 for update', [channel])
  const held = queue.submit([received(channel, 'locked', 'm1')])
  await expect.poll(waitingForLocks).toBe(1)
  const behind = queue.submit([received(channel, 'locked', 'm2')])
  await Promise.all(Array.from({ length: 20 }, (_, n) => queue.submit([received(channel, `p${n}`, `n${n}`)])))
  expect(await count(channel)).toBe(21)
  await client.query('rollback')
  client.release()
  await Promise.all([held, behind])
  expect(await count(channel)).toBe(23)
})

test('a connection that is cut while it works is opened again, and nothing is lost or doubled', async () => {
  open()
  const channel = await makeChannel(db.pool)
  await queue.submit([received(channel, 'a', 'm0')])
  const goOn = await holdUp()
  const answers = Array.from({ length: 20 }, (_, n) => queue.submit([received(channel, `p${n % 5}`, `m${n + 1}`)]))
  await expect.poll(waitingForLocks).toBeGreaterThan(0)
  await db.pool.query(`select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`)
  await goOn()
  await Promise.all(answers)
  expect(await count(channel)).toBe(21)
})

test('in an empty database a message takes no longer than the one before', async () => {
  const empty = await testDatabase()
  try {
    const channel = await makeChannel(empty.pool)
    queue = new EventQueue({ connection: empty.connection, namedStatements: true, onChanged: () => {} })
    for (let n = 0; n < 6000; n += 50) await queue.submit(Array.from({ length: 50 }, (_, i) => received(channel, `p${n + i}`, `m${n + i}`)))
    await queue.stop() // the counts come with the end of the connections
    const { rows: [read] } = await empty.pool.query<{ entries: number }>('select sum(idx_tup_read)::int as entries from pg_stat_user_indexes')
    expect(read!.entries / 6000).toBeLessThan(50)
  } finally {
    await empty.drop()
  }
})
