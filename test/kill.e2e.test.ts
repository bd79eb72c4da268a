import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { Client } from 'pg'
import { afterEach, expect, test } from 'vitest'
import { connectRunning } from '../src/db/embedded.ts'
import type { ChannelCreated } from '../src/contract/channels.ts'
import { byocMessage, postByoc, signIn } from './muster.ts'
import { killDatabase, startProcess, type MusterProcess } from './process.ts'
import { temporaryFolder } from './temporary-folder.ts'

let running: MusterProcess | undefined
let dataDir: string
afterEach(async () => {
  await running?.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

async function addChannel(muster: MusterProcess): Promise<ChannelCreated> {
  const cookie = await signIn(muster.signInLink!)
  const answer = await fetch(`${muster.url}/api/v1/channels`, {
    method: 'POST', headers: { cookie, origin: muster.url, 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'byoc', name: 'Under load', config: {} }),
  })
  return await answer.json() as ChannelCreated
}

/** Sends until `acknowledged` messages were answered 200, kills, and gathers what was acknowledged. */
async function loadUntilKilled(channel: ChannelCreated, acknowledged: number, kill: () => void): Promise<{ sent: number; acked: Set<string> }> {
  const acked = new Set<string>()
  let sent = 0
  let killed = false
  await Promise.all(Array.from({ length: 32 }, async () => {
    while (!killed) {
      const n = sent++
      const answer = await postByoc(channel, { events: [byocMessage(`person ${n % 50}`, `m${n}`)] }).catch(() => undefined)
      if (answer?.status === 200) acked.add(`m${n}`)
      if (acked.size >= acknowledged && !killed) {
        killed = true
        kill()
      }
    }
  }))
  return { sent, acked }
}

async function storedMessages(): Promise<string[]> {
  const client = new Client((await connectRunning(dataDir))!)
  await client.connect()
  const { rows } = await client.query('select platform_message_id as id from messages')
  const { rows: [counted] } = await client.query('select sum(message_count)::int as n, count(*)::int as people from messaging_user_activity')
  const { rows: [open] } = await client.query('select count(*)::int as n from sessions where ended_at is null')
  await client.end()
  expect(counted.n).toBe(rows.length)
  expect(open.n).toBe(counted.people)
  return rows.map(row => row.id)
}

test.each([
  ['the server', () => {}],
  ['the server and the database', () => killDatabase(dataDir)],
])('kill -9 of %s under load loses no acknowledged message and doubles none', async (_what, killMore) => {
  dataDir = temporaryFolder()
  running = await startProcess(dataDir)
  const channel = await addChannel(running)
  const exited = once(running.process, 'exit')
  const { sent, acked } = await loadUntilKilled(channel, 1500, () => {
    running!.process.kill('SIGKILL')
    killMore()
  })
  await exited

  running = await startProcess(dataDir)
  const stored = await storedMessages()
  expect(new Set(stored).size).toBe(stored.length)
  expect([...acked].filter(id => !stored.includes(id))).toEqual([])

  // The platform delivers again whatever it got no answer for, and some of the rest.
  const moved = { ...channel, webhookUrl: channel.webhookUrl!.replace(/^http:\/\/[^/]+/, running.url) }
  const batch = { events: Array.from({ length: Math.min(sent, 1000) }, (_, n) => byocMessage(`person ${n % 50}`, `m${n}`)) }
  expect((await postByoc(moved, batch)).status).toBe(200)
  const rest = Array.from({ length: sent - batch.events.length }, (_, n) => byocMessage(`person ${(n + 1000) % 50}`, `m${n + 1000}`))
  expect((await postByoc(moved, { events: rest })).status).toBe(200)
  const after = await storedMessages()
  expect([after.length, new Set(after).size]).toEqual([sent, sent])
})

test('a second start on the same data folder is refused, and says which process has it', async () => {
  dataDir = temporaryFolder()
  running = await startProcess(dataDir)
  await expect(startProcess(dataDir)).rejects.toThrow(new RegExp(`already runs|already running.*${running.process.pid}`, 's'))
  const ready = await fetch(`${running.url}/readyz`)
  expect(ready.status).toBe(200)
})

test('SIGTERM ends it cleanly, and the next start is ready within seconds', async () => {
  dataDir = temporaryFolder()
  expect(await (await startProcess(dataDir)).stop()).toBe(0)
  const began = performance.now()
  running = await startProcess(dataDir)
  expect(performance.now() - began).toBeLessThan(10_000)
})
