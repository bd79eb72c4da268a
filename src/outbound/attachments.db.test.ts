import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { uuidv7 } from 'uuidv7'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { bearer } from '../../test/api.ts'
import { keyOf, testFiles } from '../../test/files.ts'
import { received } from '../../test/record.ts'
import { openBlobs } from '../blobs/blobs.ts'
import { toTypeId } from '../ids.ts'

const pdf = Buffer.from('%PDF-1.7 and so on')
const MB = 1024 * 1024

let files: Awaited<ReturnType<typeof testFiles>>
beforeAll(async () => {
  files = await testFiles()
})
afterAll(() => files.stop())
beforeEach(() => files.begin())
afterEach(() => files.end())

test('a file waits with its message, and is fetched once, by whoever opens it first', async () => {
  const talk = await files.talk()
  const [picture] = await talk.send({ kind: 'image', url: files.url(), mediaType: 'image/png', fileName: 'Süd "1".png', size: 12 })
  expect(picture).toEqual({ id: expect.stringMatching(/^att_/), kind: 'image', mediaType: 'image/png', fileName: 'Süd "1".png', size: 12, state: 'Waiting', reason: null })
  expect(files.asked).toEqual([])

  const [first, second] = await Promise.all([files.open(picture!), files.open(picture!)])
  expect([first.statusCode, first.rawPayload.equals(files.png), second.rawPayload.equals(files.png)]).toEqual([200, true, true])
  expect(await talk.state(picture!)).toMatchObject({ state: 'Stored', mediaType: 'image/png', size: files.png.length })
  expect(files.kept()).toEqual([keyOf(files.png)])
  expect((await files.open(picture!)).statusCode).toBe(200)
  expect(files.asked).toHaveLength(1)
  expect(files.published).toHaveLength(1)
})

test('nothing in a file runs as if it were Muster’s: what is shown and what is saved', async () => {
  const talk = await files.talk()
  const [picture, offer] = await talk.send({ kind: 'image', url: files.url(), fileName: 'Süd (1).png' }, { kind: 'file', url: files.url('/offer'), mediaType: 'text/html' })
  files.answer = (request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end(request.url === '/offer' ? pdf : files.png)
  const common = { 'x-content-type-options': 'nosniff', 'content-security-policy': "sandbox; default-src 'none'", 'cache-control': 'no-store' }
  expect((await files.open(picture!)).headers).toMatchObject({ ...common, 'content-type': 'image/png', 'content-disposition': "inline; filename*=UTF-8''S%C3%BCd%20%281%29.png" })
  expect((await files.open(offer!)).headers).toMatchObject({ ...common, 'content-type': 'application/pdf', 'content-disposition': expect.stringMatching(/^attachment; filename\*=UTF-8''file-/) })
})

test.each([
  ['a page', '<!doctype html><script>alert(1)</script>', 'text/html'],
  ['a page that is said to be a picture', '<html>', 'image/png'],
  ['a drawing', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'image/svg+xml'],
  ['a program', 'MZ\x90\0\x03', 'image/png'],
])('%s is not kept, and never asked for again', async (_what, content, mediaType) => {
  const talk = await files.talk()
  const [file] = await talk.send({ kind: 'image', url: files.url(), mediaType })
  files.answer = (_request, response) => void response.writeHead(200, { 'content-type': mediaType }).end(Buffer.from(content, 'latin1'))
  const refused = await files.open(file!)
  expect([refused.statusCode, refused.json().error]).toEqual([409, { code: 'conflict', message: 'It is of a kind that Muster does not keep' }])
  expect(await talk.state(file!)).toMatchObject({ state: 'Refused', reason: 'It is of a kind that Muster does not keep' })
  await files.open(file!)
  expect([files.asked.length, files.kept()]).toEqual([1, []])
})

test.each([
  ['says so', (response: ServerResponse) => void response.writeHead(200, { 'content-length': 26 * MB }).write(files.png)],
  ['does not say so', (response: ServerResponse) => {
    const write = () => {
      while (!response.destroyed && response.write(Buffer.alloc(MB)));
    }
    response.on('drain', write)
    write()
  }],
])('what is larger than 25 MB stays where it is, when the platform %s', async (_how, stream) => {
  const talk = await files.talk()
  const [film] = await talk.send({ kind: 'video', url: files.url() })
  let closed: Promise<unknown> | undefined
  files.answer = (_request, response) => {
    closed = once(response, 'close')
    stream(response)
  }
  expect((await files.open(film!)).json().error.message).toBe('It is larger than 25 MB')
  expect(await talk.state(film!)).toMatchObject({ state: 'TooLarge' })
  await closed
})

test('25 MB are not too large, and what is said to be larger is not even asked for', async () => {
  const talk = await files.talk()
  const [film, larger] = await talk.send({ kind: 'video', url: files.url(), mediaType: 'video/mp4' }, { kind: 'video', url: files.url('/larger'), size: 25 * MB + 1 })
  const bytes = Buffer.concat([Buffer.from('\0\0\0\x20ftypisom'), Buffer.alloc(25 * MB - 12)])
  files.answer = (_request, response) => void response.end(bytes)
  expect((await files.open(film!)).rawPayload.length).toBe(25 * MB)
  expect([(await files.open(larger!)).statusCode, files.asked.length]).toEqual([409, 1])
})

test('a film is played in parts', async () => {
  const talk = await files.talk()
  const [film] = await talk.send({ kind: 'video', url: files.url() })
  const part = async (range: string) => {
    const { statusCode, headers, rawPayload } = await files.open(film!, { range })
    return [statusCode, headers['content-range'], rawPayload.toString('latin1')]
  }
  const size = files.png.length
  expect(await part('bytes=1-3')).toEqual([206, `bytes 1-3/${size}`, 'PNG'])
  expect(await part(`bytes=${size - 2}-`)).toEqual([206, `bytes ${size - 2}-${size - 1}/${size}`, files.png.toString('latin1').slice(-2)])
  expect(await part(`bytes=0-999999`)).toEqual([206, `bytes 0-${size - 1}/${size}`, files.png.toString('latin1')])
  expect(await part(`bytes=${size}-`)).toEqual([416, `bytes */${size}`, ''])
  for (const odd of ['bytes=-5', 'bytes=0-1,3-4', 'lines=1-2', 'bytes=3-1x']) expect((await part(odd))[0]).toBe(200)
})

test('a platform that is away is asked again by whoever opens it next', async () => {
  const talk = await files.talk()
  const [picture] = await talk.send({ kind: 'image', url: files.url() })
  for (const away of [503, 429, undefined]) {
    files.answer = (_request, response) => void (away ? response.writeHead(away).end() : response.destroy())
    expect((await files.open(picture!)).json().error).toMatchObject({ code: 'unavailable', message: 'The platform could not be reached' })
  }
  files.answer = (_request, response) => void response.writeHead(200, { 'content-length': 100 }).write('half', () => response.destroy())
  expect((await files.open(picture!)).json().error.message).toBe('The platform did not give all of it')
  expect(await talk.state(picture!)).toMatchObject({ state: 'Waiting' })
  files.answer = (_request, response) => void response.end(files.png)
  expect((await files.open(picture!)).statusCode).toBe(200)
})

test.each([[404, 404, 'Gone', 'The platform has it no more'], [410, 404, 'Gone', 'The platform has it no more'], [400, 409, 'Refused', 'The platform answered 400']])(
  'a platform that answers %i ends the matter', async (status, statusCode, state, reason) => {
    const talk = await files.talk()
    const [picture] = await talk.send({ kind: 'image', url: files.url() })
    files.answer = (_request, response) => void response.writeHead(status).end()
    expect((await files.open(picture!)).statusCode).toBe(statusCode)
    expect(await talk.state(picture!)).toMatchObject({ state, reason })
  })

test('a message that is deleted takes its files along, but not those that others sent as well', async () => {
  const talk = await files.talk()
  await files.startJobs()
  const [one] = await talk.send({ kind: 'image', url: files.url() })
  const [same] = await talk.send({ kind: 'image', url: files.url() })
  await files.open(one!)
  await files.open(same!)
  expect(files.kept()).toHaveLength(1)
  await talk.deleteMessage(one!)
  expect(await talk.state(one!)).toMatchObject({ state: 'Gone', reason: 'Deleted by its sender', fileName: null })
  expect((await files.open(one!)).statusCode).toBe(404)
  await expect.poll(files.jobsLeft).toBe(0)
  expect((await files.open(same!)).statusCode).toBe(200)
  await talk.deleteMessage(same!)
  await expect.poll(files.kept).toEqual([])
})

test('a file that is deleted while it is fetched is not files.kept', async () => {
  const talk = await files.talk()
  const [picture] = await talk.send({ kind: 'image', url: files.url() })
  files.answer = async (_request, response) => {
    await talk.deleteMessage(picture!)
    response.end(files.png)
  }
  expect((await files.open(picture!)).statusCode).toBe(404)
  await files.startJobs()
  await expect.poll(files.kept).toEqual([])
})

test('a blob store that fails is not a file that is lost', async () => {
  const talk = await files.talk()
  const [picture] = await talk.send({ kind: 'image', url: files.url() })
  const working = files.blobs
  files.blobs = openBlobs({ dataDir: '/dev/null' })
  expect((await files.open(picture!)).json().error).toEqual({ code: 'unavailable', message: 'The blob store does not answer' })
  expect(await talk.state(picture!)).toMatchObject({ state: 'Waiting' })
  files.blobs = working
  expect((await files.open(picture!)).statusCode).toBe(200)
  await files.blobs.delete(keyOf(files.png))
  expect((await files.open(picture!)).json().error.message).toBe('The blob store has lost this file')
})

test('files are for those who may read conversations', async () => {
  const talk = await files.talk()
  const [picture] = await talk.send({ kind: 'image', url: files.url() })
  const status = async (headers: Record<string, string>) => (await files.api.app.inject({ method: 'GET', url: `/api/v1/attachments/${picture!.id}/content`, headers })).statusCode
  expect(await status({})).toBe(401)
  expect(await status(bearer(await files.api.keyOf('viewer', ['channels:read'])))).toBe(403)
  expect(await status(bearer(await files.api.keyOf('viewer', ['messaging-users:read'])))).toBe(200)
  expect((await files.open({ ...picture!, id: toTypeId('att', uuidv7()) })).statusCode).toBe(404)
  expect((await files.open({ ...picture!, id: 'att_1' })).statusCode).toBe(400)
})

test('a file that is told of twice is there once', async () => {
  const talk = await files.talk()
  const item = received(talk.id, 'ana', 'm-1')
  const event = { ...item.event, message: { id: 'm-1', type: 'image', attachments: [{ kind: 'image', url: files.url() }] } }
  for (const eventId of ['e-1', 'e-1', 'e-2']) await files.apply({ ...item, event: { ...event, eventId } } as typeof item)
  expect((await talk.messages()).map(message => message.attachments.length)).toEqual([1])
})
