import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ChatSend } from '../src/contract/chat.ts'
import { Chat, type ChatState } from './core.ts'

// A server of one channel, and as much of a browser as the core uses.
let stored: (ChatSend & { token: string })[]
let validTokens: Set<string>
let isAnswering: boolean
let failures: (number | 'offline' | 'lost answer')[]
let chat: Chat | undefined
let state: ChatState

function answer(path: string, init: RequestInit): Response {
  const token = new Headers(init.headers).get('authorization')?.replace('Bearer ', '') ?? ''
  if (path.endsWith('/settings')) return Response.json({ title: 'Shop', welcome: 'Hello' })
  if (path.endsWith('/guests')) {
    const fresh = `token-${validTokens.size + 1}`
    validTokens.add(fresh)
    return Response.json({ guestId: fresh, token: fresh }, { status: 201 })
  }
  if (!validTokens.has(token)) return Response.json({ error: { code: 'invalid_signature', message: 'no' } }, { status: 401 })
  if (init.method !== 'POST') {
    const own = stored.filter((message) => message.token === token)
    return Response.json({
      isAnswering,
      items: own.map(({ id, text }) => ({ id, text, direction: 'inbound', sentAt: '2026-01-01T00:00:00Z' })),
    })
  }
  const message = JSON.parse(String(init.body)) as ChatSend
  if (!stored.some(({ id }) => id === message.id)) stored.push({ ...message, token })
  return Response.json({})
}

beforeEach(() => {
  stored = []
  validTokens = new Set()
  failures = []
  isAnswering = false
  const kept = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  })
  vi.stubGlobal('window', new EventTarget())
  vi.stubGlobal('document', { hidden: false })
  vi.stubGlobal('fetch', async (path: string, init: RequestInit = {}) => {
    const failure = init.method === 'POST' && path.endsWith('/messages') ? failures.shift() : undefined
    if (failure === 'offline') throw new TypeError('offline')
    if (typeof failure === 'number') return Response.json({ error: { code: 'x', message: 'Refused' } }, { status: failure })
    const response = answer(path, init)
    if (failure === 'lost answer') throw new TypeError('connection reset')
    return response
  })
})

afterEach(() => {
  chat?.stop()
  vi.unstubAllGlobals()
})

function open() {
  chat?.stop()
  chat = new Chat({ channelId: 'ch_1', onChange: (next) => (state = next), retryAfterMs: [0, 0], pollEveryMs: 1_000_000 })
  return vi.waitFor(() => expect(state?.phase).toBe('ready'))
}
const settled = (...states: string[]) => vi.waitFor(() => expect(state.messages.map((message) => message.state)).toEqual(states))
const isOnline = () => window.dispatchEvent(new Event('online'))

test('a message is sent with the name given, and is there after the page is opened again', async () => {
  await open()
  chat!.send('Hello', ' Ana ')
  await settled('sent')
  expect(stored).toMatchObject([{ text: 'Hello', name: 'Ana' }])
  await open()
  expect(state.messages).toMatchObject([{ text: 'Hello', state: 'sent' }])
  chat!.send('Again')
  await settled('sent', 'sent')
  expect(validTokens.size).toBe(1)
  expect(stored[1]!.name).toBe('Ana')
})

test('an answer that got lost makes no second message', async () => {
  await open()
  failures = ['lost answer']
  chat!.send('Once')
  await settled('waiting')
  expect(state.phase).toBe('offline')
  isOnline()
  await settled('sent')
  expect(stored).toHaveLength(1)
})

test('what is written without a connection waits and arrives in its order', async () => {
  await open()
  failures = ['offline']
  chat!.send('one')
  chat!.send('two')
  await settled('waiting', 'waiting')
  isOnline()
  await settled('sent', 'sent')
  expect(stored.map((message) => message.text)).toEqual(['one', 'two'])
})

test('a busy server is asked again with the same message', async () => {
  await open()
  failures = [503, 429]
  chat!.send('patient')
  await settled('sent')
  expect(stored).toHaveLength(1)
})

test('what is refused is shown as failed, and can be tried again', async () => {
  await open()
  failures = [400]
  chat!.send('bad luck')
  await settled('failed')
  expect(state.messages[0]!.problem).toBe('Refused')
  chat!.retry(state.messages[0]!.id)
  await settled('sent')
})

test('a token the server no longer knows starts a new guest', async () => {
  await open()
  chat!.send('first')
  await settled('sent')
  validTokens.delete('token-1')
  validTokens.add('another')
  chat!.send('second')
  await settled('sent', 'sent')
  expect(stored.map((message) => message.token)).toEqual(['token-1', 'token-2'])
})

test('that an answer is being written shows until it is there', async () => {
  await open()
  chat!.send('Hello')
  await settled('sent')
  isAnswering = true
  isOnline()
  await vi.waitFor(() => expect(state.isAnswering).toBe(true))
  isAnswering = false
  isOnline()
  await vi.waitFor(() => expect(state.isAnswering).toBe(false))
})

test('a channel that is not there closes the chat', async () => {
  vi.stubGlobal('fetch', async () => Response.json({ error: { code: 'not_found', message: 'No' } }, { status: 404 }))
  chat = new Chat({ channelId: 'ch_1', onChange: (next) => (state = next) })
  await vi.waitFor(() => expect(state.phase).toBe('closed'))
})
