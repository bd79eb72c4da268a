import { createHash, randomBytes } from 'node:crypto'
import { existsSync, globSync, mkdirSync, rmSync, statSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
// @ts-expect-error it brings no types
import S3rver from '@20minutes/s3rver'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../test/temporary-folder.ts'
import { openBlobs, type Blobs } from './blobs.ts'
import type { S3Settings } from './s3.ts'

const keyOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

let folder: string
/** An S3 server that checks signatures. */
let s3: { run(): Promise<AddressInfo>; close(): Promise<void> }
let bucket: S3Settings
beforeAll(async () => {
  folder = temporaryFolder()
  s3 = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory: join(folder, 's3'), configureBuckets: [{ name: 'files', configs: [] }] })
  mkdirSync(join(folder, 's3'))
  const { port } = await s3.run()
  bucket = {
    endpoint: `http://127.0.0.1:${port}`, bucket: 'files', prefix: 'muster/', region: 'us-east-1', accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER',
  }
})
afterAll(async () => {
  await s3.close()
  rmSync(folder, { recursive: true })
})

describe.each<[string, () => Blobs]>([
  ['in a folder', () => openBlobs({ dataDir: folder })],
  ['in a bucket', () => openBlobs({ dataDir: folder, blobs: bucket })],
])('%s', (_where, open) => {
  const bytes = randomBytes(200_000)
  const key = keyOf(bytes)

  test('what was put is there as it was, also when it is put again, until it is deleted', async () => {
    const blobs = open()
    expect(await blobs.get(key)).toBeUndefined()
    await blobs.put(key, bytes)
    await blobs.put(key, bytes)
    expect((await open().get(key))?.equals(bytes)).toBe(true)
    await blobs.delete(key)
    await blobs.delete(key)
    expect(await blobs.get(key)).toBeUndefined()
  })

  test('nothing and a lot can be kept, by several at once', async () => {
    const blobs = open()
    const all = [Buffer.alloc(0), randomBytes(25 * 1024 * 1024), ...Array.from({ length: 5 }, () => randomBytes(10)), bytes, bytes]
    await Promise.all(all.map(one => blobs.put(keyOf(one), one)))
    for (const one of all) expect((await blobs.get(keyOf(one)))?.equals(one)).toBe(true)
  })
})

test('files are for their owner alone, and none is there in part', async () => {
  const bytes = Buffer.from('a picture')
  await openBlobs({ dataDir: folder }).put(keyOf(bytes), bytes)
  const file = join(folder, 'blobs', keyOf(bytes).slice(0, 2), keyOf(bytes))
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700)
  expect(globSync('**/*.tmp', { cwd: join(folder, 'blobs') })).toEqual([])
})

test('a folder that cannot be written to is an error, not a loss', async () => {
  await expect(openBlobs({ dataDir: '/dev/null' }).put(keyOf(Buffer.from('x')), Buffer.from('x'))).rejects.toThrow('ENOTDIR')
})

test('objects have the prefix in their names', async () => {
  const bytes = Buffer.from('prefixed')
  await openBlobs({ dataDir: folder, blobs: bucket }).put(keyOf(bytes), bytes)
  expect(existsSync(join(folder, 's3', 'files', 'muster', `${keyOf(bytes)}._S3rver_object`))).toBe(true)
})

test.each([
  ['a wrong secret', { secretAccessKey: 'other' }, 'SignatureDoesNotMatch'],
  ['a key nobody has', { accessKeyId: 'other' }, 'InvalidAccessKeyId'],
  ['a bucket that is not there', { bucket: 'none' }, 'has no bucket none'],
])('%s is an error that says so', async (_what, wrong, message) => {
  const bytes = Buffer.from(`refused ${message}`)
  await expect(openBlobs({ dataDir: folder, blobs: { ...bucket, ...wrong } }).put(keyOf(bytes), bytes)).rejects.toThrow(message)
  expect(await openBlobs({ dataDir: folder, blobs: bucket }).get(keyOf(bytes))).toBeUndefined()
})
