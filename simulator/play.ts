import { setTimeout as wait } from 'node:timers/promises'
import { takeAnswers } from './answers.ts'
import type { Act, Person, Platform, PlayedChannel, WireRequest } from './platform.ts'
import { traffic, type TrafficOptions } from './traffic.ts'

export interface PlayOptions extends Omit<TrafficOptions, 'acts' | 'startedAt'> {
  /** Where Muster listens, without a trailing slash. */
  server: string
  platform: Platform
  channel: PlayedChannel
  seconds: number
  /** Ends earlier, after so many requests. */
  messages?: number
  signal: AbortSignal
  /** Changes the channel's settings: given where Muster may be told to send to the simulator. null takes one away. */
  configure?: (settings: Record<string, string | null>) => Promise<void>
  /** Told once a second, and at the end. */
  onProgress?: (progress: Progress) => void
}

/** How it went so far; requests, but for `outgoing`. */
export interface Progress {
  sent: number
  /** 2xx. */
  accepted: number
  refused: number
  /** No answer came. */
  unanswered: number
  /** Messages of the business that arrived. */
  outgoing: number
}

const IN_FLIGHT_MAX = 64
/** At the end answers are still on their way. */
const LINGER_MS = 2000

/** Plays a platform through Muster's door until the time is over, enough was sent, or `signal` says so. Nothing that goes wrong ends it. */
export async function play(options: PlayOptions): Promise<Progress> {
  const { platform, channel, server, signal, onProgress } = options
  const progress: Progress = { sent: 0, accepted: 0, refused: 0, unanswered: 0, outgoing: 0 }
  const send = async (request: WireRequest): Promise<unknown> => {
    progress.sent++
    const answer = await post(server, request)
    progress[!answer ? 'unanswered' : answer.ok ? 'accepted' : 'refused']++
    return answer?.body
  }
  const { outbound } = platform
  const answers = options.configure && outbound && { ...await takeAnswers(outbound, channel, progress, send), outbound, configure: options.configure }
  const telling = setInterval(() => onProgress?.({ ...progress }), 1000)
  try {
    await answers?.configure(answers.outbound.settings(answers.port))
    await playTraffic(options, progress, send)
    if (answers) await wait(LINGER_MS, undefined, { signal }).catch(() => {})
  } finally {
    clearInterval(telling)
    await answers?.configure(answers.outbound.settings(undefined))
    await answers?.stop()
  }
  onProgress?.({ ...progress })
  return progress
}

async function playTraffic(options: PlayOptions, progress: Progress, send: (request: WireRequest) => Promise<unknown>): Promise<void> {
  const { platform, channel, seconds, messages = Infinity, signal } = options
  const startedAt = new Date()
  const bytes = new WeakMap<Act, WireRequest | undefined>()
  const entered = new Map<Person, Promise<unknown>>()
  const inFlight = new Set<Promise<unknown>>()

  const tell = async (act: Act) => {
    if (platform.enter && !entered.has(act.person)) entered.set(act.person, send(platform.enter(act.person, channel)))
    const proof = await entered.get(act.person)
    if (platform.enter && proof === undefined) return void entered.delete(act.person) // not let in: tries again next time
    if (!bytes.has(act)) bytes.set(act, platform.request(act, channel, new Date(), proof))
    const request = bytes.get(act)
    if (request) await send(request)
  }
  for (const { act, afterMs } of traffic({ ...options, startedAt, acts: platform.acts })) {
    if (afterMs > seconds * 1000 || progress.sent >= messages) break
    await wait(Math.max(0, startedAt.getTime() + afterMs - Date.now()), undefined, { signal }).catch(() => {})
    if (inFlight.size >= IN_FLIGHT_MAX) await Promise.race(inFlight)
    if (signal.aborted) break
    const telling: Promise<unknown> = tell(act).finally(() => inFlight.delete(telling))
    inFlight.add(telling)
  }
  await Promise.all(inFlight)
}

/** @returns undefined when there is no answer; its body where it is JSON and the request was accepted */
async function post(server: string, { method, path, headers, body }: WireRequest): Promise<{ ok: boolean; body: unknown } | undefined> {
  try {
    const answer = await fetch(server + path, { method, headers, body })
    const text = await answer.text()
    const isJson = answer.ok && answer.headers.get('content-type')?.includes('json')
    return { ok: answer.ok, body: isJson ? JSON.parse(text) : undefined }
  } catch {
    return undefined
  }
}
