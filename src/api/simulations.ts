import type { AddressInfo } from 'node:net'
import { uuidv7 } from 'uuidv7'
import { play } from '../../simulator/play.ts'
import { Page, Strict } from '../contract/common.ts'
import { Simulation, SimulationCreate, SimulationId } from '../contract/simulations.ts'
import { toTypeId, toUuid } from '../ids.ts'
import type { Api, ApiDeps } from './app.ts'
import { ApiError, notFound } from './errors.ts'
import { channelToPlay, configureSimulated } from './simulated-channel.ts'

interface Run {
  simulation: Simulation
  stopping: AbortController
  ended: Promise<void>
}

const PEOPLE = 40
const AT_ONCE = 3
/** The last ones can still be looked at when they have ended. */
const REMEMBERED = 20

const tags = ['simulations']

/** Simulations of this process: they end with it, and other processes on the database do not know of them. */
export function simulationRoutes(api: Api, deps: ApiDeps): void {
  const runs = new Map<string, Run>()

  api.post('/simulations', {
    config: { access: { role: 'admin', scope: 'channels:write' } },
    schema: { tags, summary: 'Play a simulated channel', body: SimulationCreate, response: { 201: Simulation } },
  }, async ({ body: { type, ...wishes } }, reply) => {
    const playable = await channelToPlay(deps.pool, deps.secret, deps.publicUrl(), { type })
    deps.changes.publish([{ type: 'channel', id: playable.channel.id }])
    const running = [...runs.values()].map(({ simulation }) => simulation).filter(({ endedAt }) => endedAt === null)
    if (running.some(({ channelId }) => channelId === playable.channel.id)) throw new ApiError('conflict', `${playable.name} is being played already`)
    if (running.length >= AT_ONCE) throw new ApiError('conflict', `${AT_ONCE} simulations run already`)
    const run = start(deps, localAddress(api), playable, wishes)
    runs.set(run.simulation.id, run)
    for (const [id, { simulation }] of [...runs].slice(0, -REMEMBERED)) if (simulation.endedAt) runs.delete(id)
    reply.code(201)
    return run.simulation
  })

  api.get('/simulations', {
    config: { access: { role: 'viewer', scope: 'channels:read' } },
    schema: { tags, summary: 'List simulations of this process, newest first', response: { 200: Page(Simulation) } },
  }, () => ({ items: [...runs.values()].map(({ simulation }) => simulation).toReversed(), nextCursor: null }))

  api.delete('/simulations/:id', {
    config: { access: { role: 'admin', scope: 'channels:write' } },
    schema: { tags, summary: 'Stop a simulation', params: Strict({ id: SimulationId }), response: { 200: Simulation } },
  }, async ({ params: { id } }) => {
    const run = runs.get(id)
    if (!run) throw notFound('simulation', id)
    await stop(run)
    return run.simulation
  })

  // Before the server closes: they go on asking it.
  api.addHook('preClose', async () => void await Promise.all([...runs.values()].map(stop)))
}

async function stop({ stopping, ended }: Run): Promise<void> {
  stopping.abort()
  await ended
}

function start(
  { pool }: ApiDeps, server: string, { platform, channel, name }: Awaited<ReturnType<typeof channelToPlay>>,
  { rate = 3, seconds = 60, seed = Math.floor(Math.random() * 1_000_000) }: Omit<SimulationCreate, 'type'>,
): Run {
  const stopping = new AbortController()
  const simulation: Simulation = {
    id: toTypeId('sim', uuidv7()), channelId: channel.id, channelName: name, type: platform.type, seed, rate, seconds,
    startedAt: new Date().toISOString(), endedAt: null, sent: 0, accepted: 0, refused: 0, unanswered: 0, outgoing: 0, outbound: platform.ofOutgoing,
  }
  const ended = play({
    server, platform, channel, seed, rate, seconds, people: PEOPLE, fictionOnly: false, signal: stopping.signal,
    configure: configureSimulated(pool, toUuid(channel.id)), onProgress: progress => void Object.assign(simulation, progress),
  }).catch(() => {}).then(() => {
    simulation.endedAt = new Date().toISOString()
  })
  return { simulation, stopping, ended }
}

/** Where this server listens, from this machine. */
function localAddress(api: Api): string {
  const address = api.server.address() as AddressInfo | null
  if (!address) throw new ApiError('unavailable', 'The server does not listen yet')
  return `http://${['127.0.0.1', '0.0.0.0', '::1', '::'].includes(address.address) ? 'localhost' : address.address}:${address.port}`
}
