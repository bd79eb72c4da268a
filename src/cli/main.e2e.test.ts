import { execFile } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { databaseUrl, testDatabase, type TestDatabase } from '../../test/database.ts'
import { temporaryFolder } from '../../test/temporary-folder.ts'
import { applyConnection, makeChannel, received } from '../../test/record.ts'
import { findApiKey } from '../api/api-key.ts'
import { applyEvents } from '../record/apply.ts'

const bin = fileURLToPath(new URL('../../bin/muster.js', import.meta.url))
let database: TestDatabase
const dataDir = temporaryFolder()

beforeAll(async () => {
  database = await testDatabase()
  const channel = await makeChannel(database.pool, 'Support')
  const { run, end } = await applyConnection(database.connection)
  await applyEvents(run, [received(channel, '+491701', 'm1', { profile: { name: 'Anna\u001b[31m' } }), received(channel, '+491702', 'm2', { profile: { name: 'Bo' } })])
  await end()
})
afterAll(async () => {
  rmSync(dataDir, { recursive: true })
  await database.drop()
})

/** Runs the command as a shell would. */
async function muster(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, DATABASE_URL: databaseUrl(database.connection), MUSTER_DATA: dataDir }
  try {
    return { code: 0, ...await promisify(execFile)(process.execPath, [bin, ...args], { env }) }
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string }
  }
}

test('an API key is printed alone, so that a script can take it, and works', async () => {
  const { code, stdout, stderr } = await muster('api-key', 'create', '--name', 'ci', '--role', 'viewer', '--scope', 'sessions:read', '--scope', 'channels:read')
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/^mk_[\w-]{43}\n$/)
  expect(await findApiKey(database.pool, stdout.trim())).toMatchObject({ name: 'ci', role: 'viewer', scopes: ['sessions:read', 'channels:read'] })
})

test('channels and users are listed for people and for programs', async () => {
  expect((await muster('channels')).stdout).toMatch(/^ID +NAME +TYPE.*\nch_\w+ +Support +byoc +yes/)
  const found = await muster('users', '--q', 'anna', '--json')
  expect(JSON.parse(found.stdout)).toMatchObject([{ id: expect.stringMatching(/^mu_/), platformKey: '+491701' }])
  const shown = (await muster('users', '--limit', '2')).stdout
  expect(shown.trim().split('\n')).toHaveLength(3)
  expect(shown).not.toContain('\u001b')
})

test('a file is tried, and imported when that is wanted', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'people.csv')
  writeFileSync(file, 'key;name;consent\n+491702;Bo;\n+491703;Cy;ExplicitlyOptedIn\n;Nobody;\n')
  const without = await muster('import', 'users', file, '--channel', 'Support', '--dry-run')
  expect(without).toMatchObject({ code: 1, stderr: expect.stringContaining('consentSource') })
  const options = ['--channel', 'support', '--consent-source', 'Web form', '--consent-date', '2026-01-31']
  const tried = await muster('import', 'users', file, ...options, '--dry-run')
  expect(tried.stdout).toMatch(/To be created 1, changed 0, unchanged 1, rejected 1\.[^]*key +is empty[^]*Nothing was imported/)
  expect((await muster('import', 'users', file, ...options)).stderr).toContain('--yes')
  expect((await muster('import', 'users', file, ...options, '--yes')).stdout).toMatch(/imp_\w+ is done: created 1, changed 0, unchanged 1, rejected 1\./)
  expect((await muster('users', '--q', 'Cy', '--json')).stdout).toContain('ExplicitlyOptedIn')
  expect((await muster('import', 'users', 'nowhere.csv')).stderr).toBe('muster: There is no file nowhere.csv\n')
  rmSync(folder, { recursive: true })
}, 60_000) // six processes, which a machine with other work takes its time to start

test.each([
  [['zork'], 2, "unknown command 'zork'"],
  [['api-key', 'create', '--name', 'x'], 2, '--role'],
  [['api-key', 'create', '--name', 'x', '--role', 'king'], 2, 'Allowed choices are admin, agent, viewer'],
  [['api-key', 'create', '--name', 'x', '--role', 'admin', '--scope', 'all'], 2, 'channels:read'],
  [['users', '--limit', '0'], 2, '1 to 1000'],
])('%j tells what is wrong', async (args, code, message) => {
  const result = await muster(...args)
  expect(result).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) })
})
