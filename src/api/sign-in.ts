import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { ErrorBody } from '../contract/common.ts'
import { webHeaders } from './access.ts'
import { SIGN_IN_PATH, type Auth } from './auth.ts'
import { ApiError, errorBody } from './errors.ts'

/** Attempts an address may make in a minute. */
const STRICT = { max: 10, timeWindow: '1 minute' }

/** better-auth under /api/auth, and the one-time link. */
export function signInRoutes(app: FastifyInstance, auth: Auth, publicUrl: () => string): void {
  const handler = (request: FastifyRequest, reply: FastifyReply) => handle(request, reply, auth, publicUrl())
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    const schema = { hide: true }
    scope.post('/api/auth/sign-in/*', { handler, schema, config: { access: 'public', rateLimit: STRICT } })
    scope.route({ method: ['GET', 'POST'], url: '/api/auth/*', exposeHeadRoute: false, handler, schema, config: { access: 'public' } })
  })

  // A HEAD or a prefetch, as link previews send, must not use up the link.
  app.get(SIGN_IN_PATH, {
    schema: { hide: true, querystring: Type.Object({ token: Type.String({ maxLength: 100 }) }) },
    config: { rateLimit: STRICT },
    exposeHeadRoute: false,
  }, async (request, reply) => {
    if (request.headers['sec-purpose'] ?? request.headers.purpose) return reply.code(204).send()
    const cookies = await auth.useLink((request.query as { token: string }).token, webHeaders(request))
    if (!cookies) return reply.redirect('/sign-in?error=invalid_link')
    return reply.header('set-cookie', cookies).header('cache-control', 'no-store').redirect('/setup')
  })
}

async function handle(request: FastifyRequest, reply: FastifyReply, auth: Auth, publicUrl: string): Promise<FastifyReply> {
  const body = request.body as Buffer | undefined
  const response = await auth.handle(new Request(new URL(request.url, publicUrl), {
    method: request.method,
    headers: webHeaders(request),
    ...body && { body: new Uint8Array(body) },
  }))
  reply.code(response.status)
  for (const [name, value] of response.headers) if (name !== 'content-length') reply.header(name, value)
  const text = await response.text()
  if (response.ok) return reply.send(text)
  return reply.type('application/json; charset=utf-8').send(asErrorBody(response.status, text))
}

/** better-auth has its own shape of errors; the API has one. */
function asErrorBody(status: number, text: string): ErrorBody {
  const { message } = errorMessage(text)
  if (status === 401) return errorBody(new ApiError('unauthenticated', message ?? 'Not signed in')).body
  return errorBody({ statusCode: status, message }).body
}

function errorMessage(text: string): { message?: string } {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
