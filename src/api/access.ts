import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Pool } from 'pg'
import { roles, type Role, type Scope } from '../contract/access.ts'
import { findApiKey } from './api-key.ts'
import type { Auth } from './auth.ts'
import { ApiError } from './errors.ts'

/** Who makes a request. `id` is a UUID; no `scopes` means all that the role may do. */
export interface Caller {
  kind: 'operator' | 'api-key'
  id: string
  name: string
  email: string | null
  role: Role
  scopes: Scope[]
}

/**
 * What a route asks for: at least this role and, of an API key that is limited to scopes, this scope.
 * Without a scope the route is closed to such keys; `any` opens it to all of them.
 */
export interface Access {
  role: Role
  scope?: Scope | 'any'
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access | 'public'
  }
  interface FastifyRequest {
    /** Set on every route that is not public. */
    caller: Caller
  }
}

export interface AccessDeps {
  pool: Pool
  auth: Auth
  /** Where changes may come from that a cookie allows; the first is the public address. */
  trustedOrigins: () => string[]
}

/** Guards every route by what it declares. A route under /api that declares nothing keeps the server from starting. */
export function guardRoutes(app: FastifyInstance, deps: AccessDeps): void {
  app.decorateRequest('caller')
  app.addHook('onRoute', (route) => {
    const access = route.config?.access
    if (access === undefined && route.url.startsWith('/api')) {
      throw new Error(`${route.method} ${route.url} does not say who may use it: give it config.access`)
    }
    if (access === undefined || access === 'public') return
    const guard = async (request: FastifyRequest, reply: FastifyReply) => {
      request.caller = await authenticate(request, reply, deps)
      authorize(request.caller, access)
    }
    route.onRequest = [...[route.onRequest ?? []].flat(), guard]
  })
}

async function authenticate(request: FastifyRequest, reply: FastifyReply, { pool, auth, trustedOrigins }: AccessDeps): Promise<Caller> {
  const { authorization } = request.headers
  if (authorization !== undefined) return callerOfKey(authorization, pool)
  const session = request.headers.cookie && await auth.sessionOf(webHeaders(request))
  if (!session) throw new ApiError('unauthenticated', 'Sign in, or send an API key as Authorization: Bearer')
  if (!['GET', 'HEAD'].includes(request.method)) checkOrigin(request, trustedOrigins())
  for (const cookie of session.cookies) reply.header('set-cookie', cookie)
  const { id, name, email, role } = session.operator
  return { kind: 'operator', id, name, email, role: role as Role, scopes: [] }
}

async function callerOfKey(authorization: string, pool: Pool): Promise<Caller> {
  const key = /^Bearer (mk_\S+)$/i.exec(authorization)?.[1]
  const found = key && await findApiKey(pool, key)
  if (!found) throw new ApiError('unauthenticated', 'This API key is not known, or was revoked')
  const { id, name, role, scopes } = found
  return { kind: 'api-key', id, name, email: null, role, scopes }
}

function authorize(caller: Caller, { role, scope }: Access): void {
  if (roles.indexOf(caller.role) > roles.indexOf(role)) {
    throw new ApiError('forbidden', `This needs the role ${role}; ${caller.name} has the role ${caller.role}`)
  }
  if (caller.scopes.length === 0 || scope === 'any') return
  if (scope === undefined || !caller.scopes.includes(scope)) {
    throw new ApiError('forbidden', scope ? `This API key lacks the scope ${scope}` : 'This is closed to API keys that are limited to scopes')
  }
}

// A cookie comes along with whatever page makes the request, so a change must come from Muster's own pages.
function checkOrigin(request: FastifyRequest, trusted: string[]): void {
  const { origin, 'sec-fetch-site': site } = request.headers
  const same = origin === undefined ? site === 'same-origin' : trusted.includes(origin)
  if (!same) throw new ApiError('forbidden', `Changes must come from ${trusted[0]}; is PUBLIC_URL the address you use?`)
}

/** The request's headers for better-auth, with the address of the caller as Fastify determined it. */
export function webHeaders(request: FastifyRequest): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) if (value !== undefined) headers.set(name, String(value))
  headers.set('x-forwarded-for', request.ip)
  return headers
}
