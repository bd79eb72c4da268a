import type { Pool } from 'pg'
import { play, type Progress } from '../../simulator/play.ts'
import { channelToPlay, configureSimulated, type Which } from '../api/simulated-channel.ts'
import type { Config } from '../config.ts'
import { toUuid } from '../ids.ts'
import { serverSecret } from '../server-secret.ts'

export interface SimulateOptions {
  channel?: string
  type?: string
  /** Requests a second. */
  rate: number
  people: number
  seconds: number
  messages?: number
  seed?: number
}

/** Plays a platform through the door of the Muster that runs with these settings, and says how it goes. SIGINT ends it. */
export async function simulate(config: Config, pool: Pool, options: SimulateOptions): Promise<void> {
  const server = localAddress(config)
  await fetch(`${server}/healthz`).catch(() => {
    throw new Error(`No Muster answers at ${server}: start it with npm start`)
  })
  const which: Which = options.channel !== undefined ? { channel: options.channel } : { type: options.type ?? 'byoc' }
  const { platform, channel, name, isSimulated } = await channelToPlay(pool, serverSecret(config), config.publicUrl ?? server, which)
  const seed = options.seed ?? Math.floor(Math.random() * 1_000_000)
  const ending = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => ending.abort())
  console.log(`Playing ${name} (${channel.id}) with seed ${seed}. Ctrl-C stops.`)
  if (!isSimulated) console.log('It is not a simulated channel: what is written there now is in the record of its people.')

  let before: Progress = { sent: 0, accepted: 0, refused: 0, unanswered: 0, outgoing: 0 }
  const end = await play({
    ...options, server, platform, channel, seed, fictionOnly: !isSimulated, signal: ending.signal,
    ...(isSimulated && { configure: configureSimulated(pool, toUuid(channel.id)) }),
    onProgress: (now) => {
      console.log(`sent ${now.sent - before.sent}, 2xx ${now.accepted - before.accepted}, refused ${now.refused - before.refused}`)
      before = now
    },
  })
  console.log(`In all: sent ${end.sent}, 2xx ${end.accepted}, refused ${end.refused}, without an answer ${end.unanswered}.`)
  if (isSimulated) console.log(`${platform.ofOutgoing}${platform.outbound ? ` ${end.outgoing} arrived.` : ''}`)
  else console.log('What Muster sends goes to the channel’s own platform, which knows nothing of these people.')
}

/** Where the server listens, from this machine. */
function localAddress({ host, port }: Config): string {
  return `http://${['127.0.0.1', '0.0.0.0', '::1', '::'].includes(host) ? 'localhost' : host}:${port}`
}
