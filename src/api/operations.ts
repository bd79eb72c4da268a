import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import type { FastifyInstance } from 'fastify'
import type { ApiDeps } from './app.ts'
import { ApiError } from './errors.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Where every part of the server registers what it counts. */
    metrics: Registry
    /** Notes how long an answer took, in seconds, and what it was. */
    observe(method: string, route: string, status: number, seconds: number): void
  }
}

/** For whoever runs Muster: is it alive, is it ready, how is it doing. */
export function operationRoutes(app: FastifyInstance, { pool }: Pick<ApiDeps, 'pool'>): void {
  const metrics = new Registry()
  app.decorate('metrics', metrics)
  collectDefaultMetrics({ register: metrics })
  const duration = new Histogram({
    name: 'muster_http_request_duration_seconds',
    help: 'Time to answer, by route as declared',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [metrics],
  })
  app.decorate('observe', (method, route, status, seconds) => duration.observe({ method, route, status }, seconds))
  app.addHook('onResponse', (request, reply, done) => {
    app.observe(request.method, request.routeOptions.url ?? 'unknown', reply.statusCode, reply.elapsedTime / 1000)
    done()
  })

  const schema = { hide: true }
  app.get('/healthz', { schema }, async () => ({ status: 'ok' }))

  app.get('/readyz', { schema }, async (request) => {
    try {
      await pool.query('select')
    } catch (error) {
      request.log.warn({ err: error }, 'not ready')
      throw new ApiError('unavailable', 'The database does not answer')
    }
    return { status: 'ok' }
  })

  app.get('/metrics', { schema, config: { access: { role: 'viewer', scope: 'any' } } }, async ({ caller }, reply) => {
    if (caller.kind === 'operator' && caller.role !== 'admin') throw new ApiError('forbidden', 'This needs the role admin, or an API key')
    return reply.type(metrics.contentType).send(await metrics.metrics())
  })
}
