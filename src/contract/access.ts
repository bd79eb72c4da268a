import { Type, type Static } from 'typebox'
import { Nullable, Strict, Time } from './common.ts'

/** admin: everything. agent: reads, changes messaging users, individuals and accounts, and serves sessions. viewer: reads. */
export const roles = ['admin', 'agent', 'viewer'] as const
export const Role = Type.Enum([...roles])
export type Role = Static<typeof Role>

/** What an API key may be limited to; none given means all its role may do. */
export const scopes = ['channels:read', 'channels:write', 'messaging-users:read', 'messaging-users:write', 'individuals:read',
  'individuals:write', 'sessions:read', 'sessions:write', 'messages:write', 'events:read'] as const
export const Scope = Type.Enum([...scopes])
export type Scope = Static<typeof Scope>

const keyName = Type.String({ minLength: 1, maxLength: 80, pattern: '\\S' })

export const ApiKey = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role: Role,
  scopes: Type.Array(Scope),
  hint: Type.String({ description: 'First characters of the key, to recognise it' }),
  createdAt: Time,
  lastUsedAt: Nullable(Time),
})
export type ApiKey = Static<typeof ApiKey>
export const ApiKeyCreate = Strict({ name: keyName, role: Role, scopes: Type.Optional(Type.Array(Scope, { uniqueItems: true })) })
export type ApiKeyCreate = Static<typeof ApiKeyCreate>
export const ApiKeyCreated = Type.Intersect([ApiKey, Type.Object({ key: Type.String({ description: 'The key itself; shown this once' }) })])
export type ApiKeyCreated = Static<typeof ApiKeyCreated>

/** A person who works with Muster. */
export const Operator = Type.Object({ id: Type.String(), name: Type.String(), email: Type.String(), role: Role, createdAt: Time })
export type Operator = Static<typeof Operator>
export const OperatorCreate = Strict({
  name: Type.String({ minLength: 1, maxLength: 120, pattern: '\\S' }),
  email: Type.String({ format: 'email', maxLength: 254 }),
  role: Role,
  password: Type.String({ minLength: 10, maxLength: 128 }),
})
export type OperatorCreate = Static<typeof OperatorCreate>
export const OperatorUpdate = Strict({ role: Role })

/** The signed-in caller. `needsSetup` is true after the one-time link, until e-mail and password are chosen. */
export const Me = Type.Object({
  kind: Type.Enum(['operator', 'api-key']),
  id: Type.String(),
  name: Type.String(),
  email: Nullable(Type.String()),
  role: Role,
  needsSetup: Type.Boolean(),
})
export type Me = Static<typeof Me>
export const Setup = Strict({
  name: Type.String({ minLength: 1, maxLength: 120, pattern: '\\S' }),
  email: Type.String({ format: 'email', maxLength: 254 }),
  password: Type.String({ minLength: 10, maxLength: 128 }),
})
export type Setup = Static<typeof Setup>
