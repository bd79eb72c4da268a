import { execFileSync } from 'node:child_process'
import { appendFileSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { temporaryFolder } from '../../test/temporary-folder.ts'
import { SpoolFiles } from './spool-files.ts'

let folder: string
let files: SpoolFiles
beforeEach(() => {
  folder = temporaryFolder()
  open()
})
afterEach(async () => {
  await files.close()
  rmSync(folder, { recursive: true })
})

function open(maxBytes = 1e9) {
  files = new SpoolFiles(folder, maxBytes)
}
/** As after a stop or a crash: nothing is remembered but what is on disk. */
async function reopen(maxBytes?: number) {
  await files.close()
  open(maxBytes)
}
const spooled = () => readdirSync(folder).filter(name => name.endsWith('.spool')).toSorted().map(name => join(folder, name))

/** Reads and advances to the end. */
async function drained(): Promise<{ lines: string[]; damaged: number }> {
  const lines: string[] = []
  for (let damaged = 0; ;) {
    const chunk = await files.read()
    lines.push(...chunk.lines)
    damaged += chunk.damaged
    const isEnd = files.isEnd(chunk)
    files.advance(chunk)
    if (isEnd) return { lines, damaged }
  }
}

test('what was appended is read in its order, by this run and by the next', async () => {
  await Promise.all([files.append(['1', '2 é 山']), files.append(['3'])])
  expect((await files.read()).lines).toEqual(['1', '2 é 山', '3'])
  await reopen()
  await files.append(['4'])
  expect((await drained()).lines).toEqual(['1', '2 é 山', '3', '4'])
  expect(files.bytes).toBe(0)
})

test('only the owner may read it', async () => {
  await files.append(['personal'])
  expect(statSync(spooled()[0]!).mode & 0o777).toBe(0o600)
})

test('many files, of which those that were dealt with are removed', async () => {
  const line = 'x'.repeat(5e6)
  for (let n = 0; n < 8; n++) await files.append([`${n}${line}`])
  expect(spooled()).toHaveLength(2)
  expect((await drained()).lines.map(text => text[0])).toEqual([...'01234567'])
  expect(spooled()).toHaveLength(1)
  files.clear()
  expect(spooled()).toEqual([])
  await files.append(['after'])
  expect((await drained()).lines).toEqual(['after'])
})

test.each([1, 5, 20])('a last line of which %d bytes are missing was never promised, and is left out; what comes later is not', async missing => {
  await files.append(['whole', 'this is cut off'])
  const [path] = spooled()
  const content = readFileSync(path!)
  await files.close()
  writeFileSync(path!, content.subarray(0, -missing))
  open()
  await files.append(['later'])
  expect(await drained()).toEqual({ lines: ['whole', 'later'], damaged: 0 })
})

test('a damaged line is left out and counted, its neighbours are not', async () => {
  await files.append(['one', 'two', 'three'])
  await files.close()
  const [path] = spooled()
  writeFileSync(path!, readFileSync(path!, 'utf8').replace('two', 'twp'))
  open()
  expect(await drained()).toEqual({ lines: ['one', 'three'], damaged: 1 })
})

test('zeros at the end, as some file systems leave them after a power cut', async () => {
  await files.append(['one'])
  await files.close()
  appendFileSync(spooled()[0]!, Buffer.alloc(4096))
  open()
  expect((await drained()).lines).toEqual(['one'])
})

test('when it is full it refuses, and takes again when there is room', async () => {
  await reopen(100)
  await files.append(['a'.repeat(60)])
  await expect(files.append(['b'.repeat(60)])).rejects.toThrow('full')
  expect((await drained()).lines).toEqual(['a'.repeat(60)])
  await files.append(['c'.repeat(60)])
  expect((await drained()).lines).toEqual(['c'.repeat(60)])
})

test('a second process is refused, until the first has ended', async () => {
  const openElsewhere = () => execFileSync(process.execPath, ['--input-type=module', '-e',
    `import { SpoolFiles } from ${JSON.stringify(join(import.meta.dirname, 'spool-files.ts'))}
    new SpoolFiles(${JSON.stringify(folder)}, 1)
    process.kill(process.pid, 'SIGKILL')`], { stdio: 'pipe' })
  expect(openElsewhere).toThrow('Muster is already running on this data folder')
  await files.close()
  expect(openElsewhere).toThrow(expect.objectContaining({ signal: 'SIGKILL' }))
  open()
})
