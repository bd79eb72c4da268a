import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { testDatabase, type TestDatabase } from '../../test/database.ts'
import { temporaryFolder } from '../../test/temporary-folder.ts'
import { migrate } from './migrate.ts'

let database: TestDatabase
let root: string
let folder: string

beforeAll(async () => {
  database = await testDatabase()
  root = temporaryFolder()
})
afterAll(async () => {
  await database.drop()
  rmSync(root, { recursive: true })
})
beforeEach(async (context) => {
  await database.pool.query('drop schema public cascade; create schema public')
  folder = join(root, context.task.id)
  mkdirSync(folder)
  write('0001_people.sql', 'create table people (name text); insert into people values (\'Ada\')')
  write('0002_age.sql', 'alter table people add age int')
})

const write = (name: string, sql: string) => writeFileSync(join(folder, name), sql)
const run = () => migrate(database.connection, folder)
const people = async () => (await database.pool.query('select * from people')).rows

describe('migrate', () => {
  it('brings an empty database up to date', async () => {
    const applied = await migrate(database.connection)
    expect(applied[0]).toBe('0001_record.sql')
    expect((await database.pool.query('select count(*) from messaging_users')).rows).toEqual([{ count: 0 }])
  })

  it('applies each file once, in order', async () => {
    expect(await run()).toEqual(['0001_people.sql', '0002_age.sql'])
    expect(await run()).toEqual([])
    write('0003_more.sql', 'update people set age = 36')
    expect(await run()).toEqual(['0003_more.sql'])
    expect(await people()).toEqual([{ name: 'Ada', age: 36 }])
  })

  it('lets servers that start together settle it', async () => {
    const applied = await Promise.all([run(), run(), run(), run()])
    expect(applied.flat().toSorted()).toEqual(['0001_people.sql', '0002_age.sql'])
    expect(await people()).toEqual([{ name: 'Ada', age: null }])
  })

  it('leaves nothing of a file that fails, and goes on from there', async () => {
    write('0003_more.sql', 'insert into people values (\'Bob\'); insert into nowhere values (1)')
    await expect(run()).rejects.toThrow('nowhere')
    expect(await people()).toEqual([{ name: 'Ada', age: null }])
    write('0003_more.sql', 'insert into people values (\'Bob\')')
    expect(await run()).toEqual(['0003_more.sql'])
  })

  it('refuses a file that has changed after it was applied', async () => {
    await run()
    write('0001_people.sql', 'create table people (name varchar)')
    await expect(run()).rejects.toThrow('0001_people.sql has changed')
  })

  it('does not mind the line ends of another system', async () => {
    write('0003_lines.sql', 'select 1;\nselect 2;\n')
    await run()
    write('0003_lines.sql', 'select 1;\r\nselect 2;\r\n')
    expect(await run()).toEqual([])
  })

  it('refuses a database that is newer', async () => {
    await run()
    rmSync(join(folder, '0002_age.sql'))
    await expect(run()).rejects.toThrow('newer than this Muster')
  })

  it('refuses a file that comes before one that was applied', async () => {
    await run()
    write('0001_zebras.sql', 'create table zebras ()')
    await expect(run()).rejects.toThrow('0001_zebras.sql comes before 0002_age.sql')
  })
})
