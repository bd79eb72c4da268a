import { PassThrough } from 'node:stream'
import type { ChangeEvent } from '../contract/events.ts'
import type { Api, ApiDeps } from './app.ts'

const HEARTBEAT_MS = 20_000
/** A listener that lets this much pile up is cut off; it reads again what is on screen when it comes back. */
const BACKLOG_BYTES = 64 * 1024

/** The live stream: which records changed. Server-sent events, so that a browser connects again by itself. */
export function eventRoutes(api: Api, { changes }: Pick<ApiDeps, 'changes'>): void {
  const streams = new Set<PassThrough>()
  api.addHook('preClose', async () => streams.forEach((stream) => stream.end()))

  api.get('/events', {
    config: { access: { role: 'viewer', scope: 'events:read' } },
    exposeHeadRoute: false,
    schema: {
      tags: ['events'],
      summary: 'Hear what changes',
      description: 'Server-sent events of type `change`; their data is a `ChangeEvent`. Nothing is replayed after a reconnect.',
    },
  }, (_request, reply) => {
    const stream = new PassThrough()
    const write = (text: string) => {
      if (stream.writableLength > BACKLOG_BYTES) stream.destroy()
      else stream.write(text)
    }
    const unsubscribe = changes.subscribe((event: ChangeEvent) => write(`event: change\ndata: ${JSON.stringify(event)}\n\n`))
    const heartbeat = setInterval(() => write(': still here\n\n'), HEARTBEAT_MS)
    streams.add(stream)
    stream.on('close', () => {
      unsubscribe()
      clearInterval(heartbeat)
      streams.delete(stream)
    })
    write('retry: 2000\n\n')
    // no-transform and x-accel-buffering keep proxies from holding lines back.
    return reply.headers({ 'content-type': 'text/event-stream', 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' }).send(stream)
  })
}
