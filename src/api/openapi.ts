import { readFileSync } from 'node:fs'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { ErrorBody } from '../contract/common.ts'

declare module 'fastify' {
  interface FastifySchema {
    'x-role'?: string
    'x-scope'?: string
  }
}

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }

const refusals: Record<number, string> = {
  400: 'The request is wrong; `details` names the fields',
  401: 'Nobody is signed in, or the API key is unknown',
  403: 'The caller may not do this',
  404: 'There is nothing with this id',
  409: 'It conflicts with what is there',
  429: 'Too many requests; try again later',
}

/** `/openapi.json` and, to read, `/docs`: both made of the routes' schemas. To be called before the routes are added. */
export async function documentApi(app: FastifyInstance): Promise<void> {
  app.addSchema({ $id: 'Error', ...ErrorBody })
  app.addHook('onRoute', (route) => {
    const access = route.config?.access
    if (!route.url.startsWith('/api/v1') || typeof access !== 'object') return
    const statuses = [400, 401, 403, 429, ...route.url.includes('/:') ? [404] : [], ...route.method === 'GET' ? [] : [409]]
    const errors = statuses.map((status) => [status, { $ref: 'Error#', description: refusals[status] }])
    const scope = access.scope && access.scope !== 'any' ? ` Scope of an API key: \`${access.scope}\`.` : ''
    route.schema = {
      ...route.schema,
      description: `${route.schema?.description ?? ''}\n\nNeeds the role ${access.role}.${scope}`.trim(),
      'x-role': access.role,
      'x-scope': access.scope,
      security: [{ apiKey: [] }, { session: [] }],
      response: { ...Object.fromEntries(errors), ...route.schema?.response as object },
    }
  })
  await app.register(swagger, {
    refResolver: { buildLocalReference: (json) => String(json.$id) },
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Muster',
        version,
        description: 'The system of record for the people who message a company. Lists are paged by `cursor`; times are ISO 8601 in UTC.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags: [
        { name: 'messaging-users', description: 'One person’s address on one channel' },
        { name: 'sessions', description: 'Stretches of service, with what was said' },
        { name: 'messages', description: 'Writing to people' },
        { name: 'consent', description: 'Who may be written to and why: ledger, keywords, purposes, reviews, the gate' },
        { name: 'links', description: 'Whom a messaging user is linked to; rules, suggestions and merges' },
        { name: 'individuals', description: 'Contacts, leads, employees and person accounts' },
        { name: 'accounts', description: 'Organisations' },
        { name: 'channels', description: 'Configured accounts on platforms' },
        { name: 'simulations', description: 'People who do not exist, writing in through the real door' },
        { name: 'events', description: 'The live stream' },
        { name: 'access', description: 'Operators and API keys' },
      ],
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, `mk_…`' },
          session: { type: 'apiKey', in: 'cookie', name: 'muster.session_token', description: 'A session of the console' },
        },
      },
    },
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { deepLinking: true },
    // The bar would offer to explore other people's APIs.
    theme: { title: 'Muster API', css: [{ filename: 'muster.css', content: '.swagger-ui .topbar { display: none }' }] },
  })
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
}
