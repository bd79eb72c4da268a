import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import rateLimit from '@fastify/rate-limit'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type FastifyRequest, type RawServerDefault } from 'fastify'
import type { Pool } from 'pg'
import type { Static } from 'typebox'
import type { Blobs } from '../blobs/blobs.ts'
import type { ReplayResult } from '../contract/channels.ts'
import type { Attachments } from '../outbound/attachments.ts'
import type { Changes } from '../outbound/changes.ts'
import type { WrittenTo } from '../record/typing.ts'
import { guardRoutes } from './access.ts'
import { accountRoutes } from './accounts.ts'
import { apiKeyRoutes } from './api-keys.ts'
import { attachmentRoutes } from './attachments.ts'
import { createAuth } from './auth.ts'
import { blockRoutes } from './blocks.ts'
import { channelHealthRoutes } from './channel-health.ts'
import { channelRoutes } from './channels.ts'
import { connectorRoutes } from './connectors.ts'
import { consentEventRoutes } from './consent-events.ts'
import { consentReviewRoutes } from './consent-reviews.ts'
import { conversionRoutes } from './conversions.ts'
import { entryRoutes } from './entries.ts'
import { answerError } from './errors.ts'
import { eventRoutes } from './events.ts'
import { sendSecurityHeaders } from './headers.ts'
import { importMappingRoutes } from './import-mappings.ts'
import { importRoutes } from './imports.ts'
import { individualDetailRoutes } from './individual-details.ts'
import { individualRoutes } from './individuals.ts'
import { keywordRoutes } from './keywords.ts'
import { linkRuleRoutes, linkRunRoutes } from './link-rules.ts'
import { linkSuggestionRoutes } from './link-suggestions.ts'
import { externalReferenceRoutes, linkRoutes } from './links.ts'
import { mergeCandidateRoutes } from './merge-candidates.ts'
import { mergeRoutes } from './merges.ts'
import { meRoutes } from './me.ts'
import { messagingUserCreateRoutes } from './messaging-user-create.ts'
import { messagingUserExportRoutes } from './messaging-user-export.ts'
import { messagingUserRoutes } from './messaging-users.ts'
import { numberOwnerRoutes } from './number-owners.ts'
import { documentApi } from './openapi.ts'
import { operationRoutes } from './operations.ts'
import { operatorRoutes } from './operators.ts'
import { purposeRoutes } from './purposes.ts'
import { recordFileRoutes } from './record-files.ts'
import { rejectRoutes } from './rejects.ts'
import { sendCheckRoutes } from './send-checks.ts'
import { sendingRoutes } from './sending.ts'
import { sessionActRoutes } from './session-acts.ts'
import { sessionRoutes } from './sessions.ts'
import { signInRoutes } from './sign-in.ts'
import { simulationRoutes } from './simulations.ts'
import { serveFiles } from './static.ts'
import { validatorCompiler } from './validation.ts'

/** What the API needs of the rest of the server. */
export interface ApiDeps {
  pool: Pool
  /** The server's secret, 32 bytes. */
  secret: Buffer
  /** The address people and platforms reach Muster at, without a trailing slash. Asked only after the server listens. */
  publicUrl: () => string
  changes: Pick<Changes, 'publish' | 'subscribe'>
  inbound: {
    /** Both ids are UUIDs, of a reject that exists. */
    replay(channelId: string, rejectId: string): Promise<Static<typeof ReplayResult>>
  }
  attachments: Pick<Attachments, 'open'>
  showTyping: (person: WrittenTo) => Promise<void>
  /** Where files wait to be imported. */
  blobs: Blobs
  /** Answers requests before the framework sees them; false leaves them to it. */
  door?: (request: IncomingMessage, response: ServerResponse) => boolean
  /** pino's; nothing is logged without. */
  logger?: { level: string; redact?: string[] }
}

export type App = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, TypeBoxTypeProvider>
/** Where resources add their routes, under /api/v1. */
export type Api = App

/** As Fastify would have it: longer than what load balancers keep, so that they close connections, not we. */
const KEEP_ALIVE_MS = 72_000
/** How long one request may take to come in: files of any size are uploaded. */
const REQUEST_MS = 3_600_000
/** Requests an address may make to the API in a minute. */
const GENEROUS = { max: 6000, timeWindow: '1 minute' }

/**
 * The HTTP server, not yet listening: API, sign-in, documentation, operations and the console's files. Further doors
 * (webhooks, chat) are registered by the caller; a route of theirs can be limited with `config.rateLimit`.
 * @returns the app, and `signInLink` for the start (see `createAuth`)
 */
export async function buildApp(deps: ApiDeps): Promise<{ app: App; signInLink: () => Promise<string | undefined> }> {
  const app = fastify({
    logger: deps.logger ? { ...deps.logger, serializers: { req: logged } } : false,
    // A reverse proxy on this machine may say who the caller is; nobody else.
    trustProxy: 'loopback',
    // Faults are logged where they are answered; two lines for every webhook would say nothing and cost a tenth of its time.
    serverFactory: (handler) => createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: REQUEST_MS }, (request, response) => {
      if (!deps.door?.(request, response)) handler(request, response)
    }),
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    // Addresses that cannot even be read do not get as far as the error handler.
    frameworkErrors: answerError,
    // External ids are parts of addresses, with each byte as %XX.
    routerOptions: { maxParamLength: 3100 },
  }).withTypeProvider<TypeBoxTypeProvider>()
  const trustedOrigins = () => originsOf(deps.publicUrl(), app.server.address())
  const auth = createAuth({ ...deps, trustedOrigins })

  app.setValidatorCompiler(validatorCompiler)
  // Answers are typed by their schemas; the schemas need not be walked again for every answer. Node turns a long text into bytes
  // faster by itself than on its way to the socket; Fastify takes both, but declares only text.
  app.setSerializerCompiler(() => (value) => Buffer.from(JSON.stringify(value)) as unknown as string)
  app.setErrorHandler(answerError)
  sendSecurityHeaders(app)
  app.addHook('onRoute', (route) => {
    if (route.url.startsWith('/api/')) route.config = { rateLimit: GENEROUS, ...route.config }
  })
  await app.register(rateLimit, { global: false })
  guardRoutes(app, { pool: deps.pool, auth, trustedOrigins })
  await documentApi(app)

  operationRoutes(app, deps)
  signInRoutes(app, auth, deps.publicUrl)
  await app.register(async (scope) => {
    const api = scope.withTypeProvider<TypeBoxTypeProvider>()
    meRoutes(api, { pool: deps.pool, auth })
    operatorRoutes(api, { pool: deps.pool, auth })
    apiKeyRoutes(api, deps)
    connectorRoutes(api)
    channelRoutes(api, deps)
    rejectRoutes(api, deps)
    channelHealthRoutes(api, deps)
    simulationRoutes(api, deps)
    messagingUserRoutes(api, deps)
    messagingUserCreateRoutes(api, deps)
    messagingUserExportRoutes(api, deps)
    importRoutes(api, deps)
    importMappingRoutes(api, deps)
    blockRoutes(api, deps)
    linkRoutes(api, deps)
    externalReferenceRoutes(api, deps)
    linkRuleRoutes(api, deps)
    linkRunRoutes(api, deps)
    linkSuggestionRoutes(api, deps)
    mergeCandidateRoutes(api, deps)
    mergeRoutes(api, deps)
    conversionRoutes(api, deps)
    numberOwnerRoutes(api, deps)
    consentEventRoutes(api, deps)
    consentReviewRoutes(api, deps)
    purposeRoutes(api, deps)
    keywordRoutes(api, deps)
    sendCheckRoutes(api, deps)
    sendingRoutes(api, deps)
    sessionRoutes(api, deps)
    sessionActRoutes(api, deps)
    entryRoutes(api, deps)
    attachmentRoutes(api, deps)
    individualRoutes(api, deps)
    individualDetailRoutes(api, deps)
    accountRoutes(api, deps)
    recordFileRoutes(api, deps)
    eventRoutes(api, deps)
  }, { prefix: '/api/v1' })
  await serveFiles(app)
  return { app, signInLink: auth.signInLink }
}

/** Where browsers may call from: the public address and, on the port that is listened at, this machine's own names. */
function originsOf(publicUrl: string, address: AddressInfo | string | null): string[] {
  const own = typeof address === 'object' && address ? [`http://localhost:${address.port}`, `http://127.0.0.1:${address.port}`] : []
  return [new URL(publicUrl).origin, ...own]
}

/** A request as the log shows it: without the query, which holds one-time tokens and what people search for. */
const logged = ({ method, url, ip }: FastifyRequest) => ({ method, path: url.split('?')[0], ip })
