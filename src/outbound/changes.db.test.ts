import { afterAll, beforeAll, expect, test } from 'vitest'
import { uuidv7 } from 'uuidv7'
import { testDatabase, type TestDatabase } from '../../test/database.ts'
import type { ChangeEvent } from '../contract/events.ts'
import { toTypeId } from '../ids.ts'
import { createChanges, type Changes } from './changes.ts'

let db: TestDatabase
let here: Changes
let elsewhere: Changes
beforeAll(async () => {
  db = await testDatabase()
  here = await createChanges(db.connection, db.pool)
  elsewhere = await createChanges(db.connection, db.pool)
})
afterAll(async () => {
  await Promise.all([here.stop(), elsewhere.stop()])
  await db.drop()
})

test('of many changes at once another process hears that they are many; channels are named all the same, every one', async () => {
  const heard: [ChangeEvent, true?][] = []
  elsewhere.subscribe((...told) => heard.push(told))
  const channels = Array.from({ length: 50 }, () => toTypeId('ch', uuidv7()))
  const named = () => heard.flatMap(([event]) => (event.type === 'channel' ? [event.id] : [])).toSorted()
  here.publishUsers(Array.from({ length: 1000 }, () => ({ userId: uuidv7(), channelId: uuidv7() })))
  here.publish(channels.map(id => ({ type: 'channel', id })))
  await expect.poll(named).toEqual(channels.toSorted()) // what is told by several connections may overtake each other
  expect(heard.filter(([event]) => event.type !== 'channel')).toEqual([[{ type: 'many' }, undefined]])
})

test('whoever listens is told of a gap when the connection was lost', async () => {
  const heard: [ChangeEvent, true?][] = []
  elsewhere.subscribe((...told) => heard.push(told))
  await db.pool.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'listen %'`)
  await expect.poll(() => heard, { timeout: 10_000 }).toContainEqual([{ type: 'many' }, true])
})
