import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import type { Role, Scope } from '../src/contract/access.ts'
import type { ChangeEvent } from '../src/contract/events.ts'
import type { Blobs } from '../src/blobs/blobs.ts'
import { createApiKey } from '../src/api/api-key.ts'
import { buildApp, type ApiDeps, type App } from '../src/api/app.ts'
import { testDatabase, type TestDatabase } from './database.ts'

export const PUBLIC_URL = 'http://localhost:8080'
export const SECRET = Buffer.alloc(32, 7)

export interface TestApi {
  app: App
  database: TestDatabase
  signInLink: () => Promise<string | undefined>
  /** What the API told the live stream. */
  published: ChangeEvent[]
  /** Tells the API's listeners of a change. */
  tell(event: ChangeEvent): void
  /** A fresh key. */
  keyOf(role: Role, scopes?: Scope[]): Promise<string>
  /** A request as an admin. */
  call(method: InjectOptions['method'], url: string, payload?: InjectOptions['payload']): Promise<LightMyRequestResponse>
  stop(): Promise<void>
}

/** The API on a database of its own, without a port. */
export async function testApi(deps: Partial<ApiDeps> = {}): Promise<TestApi> {
  const database = await testDatabase()
  const published: ChangeEvent[] = []
  const listeners = new Set<(event: ChangeEvent) => void>()
  const { app, signInLink } = await buildApp({
    pool: database.pool,
    secret: SECRET,
    publicUrl: () => PUBLIC_URL,
    changes: {
      publish: (events) => void published.push(...events),
      subscribe: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
    blobs: memoryBlobs(),
    attachments: { open: async () => undefined },
    showTyping: () => Promise.resolve(),
    inbound: { replay: async () => ({ outcome: 'applied', reason: null }) },
    ...deps,
  })
  const keyOf = async (role: Role, scopes?: Scope[]) => (await createApiKey(database.pool, { name: `a ${role}`, role, scopes })).key
  const adminKey = await keyOf('admin')
  return {
    app, database, signInLink, published, keyOf,
    tell: (event) => listeners.forEach((listener) => listener(event)),
    call: (method, url, payload) => app.inject({ method, url, payload, headers: bearer(adminKey) }),
    stop: async () => {
      await app.close()
      await database.drop()
    },
  }
}

export const bearer = (key: string) => ({ authorization: `Bearer ${key}` })

/** The cookies an answer sets, as the next request sends them. */
export const cookiesOf = (response: LightMyRequestResponse) => response.cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join('; ')

/** A blob store that is gone with the test. */
export function memoryBlobs(): Blobs {
  const blobs = new Map<string, Buffer>()
  return {
    put: async (key, bytes) => void blobs.set(key, Buffer.from(bytes)),
    get: async key => blobs.get(key),
    delete: async key => void blobs.delete(key),
  }
}
