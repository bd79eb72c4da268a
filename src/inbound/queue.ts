import { Client, type ClientConfig } from 'pg'
import { applyEvents, applySettings } from '../record/apply.ts'
import { identifiersOf, type ChannelEvent, type Outcome } from '../record/event.ts'
import type { ChangedUser } from '../record/people.ts'
import { runner, type Run } from '../record/statement.ts'

/** The queue is full, or the database is away: nothing was accepted, the platform should come again. */
export class UnavailableError extends Error {
  override name = 'UnavailableError'
}

export interface QueueOptions {
  connection: ClientConfig
  namedStatements: boolean
  onChanged(changed: ChangedUser[]): void
  /** Connections that apply events, each with its share of the people. */
  lanes?: number
  /** Events in one transaction at most. */
  maxBatch?: number
  /** Events in memory at most; beyond, `submit` refuses. */
  maxEvents?: number
}

interface Job {
  item: ChannelEvent
  keys: string[]
  done(outcome: Outcome): void
  failed(error: Error): void
}

interface Lane {
  jobs: Job[]
  busy: boolean
  client?: Client
  run?: Run
}

/** How long a batch waits for a database that went away (a restart takes a second or two) before its senders are told to come again. */
const PATIENCE_MS = 8_000

/**
 * Group commit without timers: while one transaction of a lane commits, what arrives for it gathers and forms the next one.
 * Whoever submits waits for the commit. Events of one person take the same lane, in their order.
 */
export class EventQueue {
  #options: Required<QueueOptions>
  #lanes: Lane[]
  #size = 0
  #stopped = false
  /** Lanes of identifiers that are in memory now, so that a person known by two of them keeps the order too. */
  #laneOf = new Map<string, { lane: Lane; count: number }>()

  constructor(options: QueueOptions) {
    this.#options = { lanes: 2, maxBatch: 250, maxEvents: 20_000, ...options }
    this.#lanes = Array.from({ length: this.#options.lanes }, () => ({ jobs: [], busy: false }))
  }

  /** Events in memory. */
  get size(): number {
    return this.#size
  }

  /**
   * Applies events and answers when they are committed, with what became of each.
   * @throws {UnavailableError} at once when the queue is full, later when the database stays away.
   */
  async submit(items: ChannelEvent[]): Promise<Outcome[]> {
    if (items.length === 0) return []
    const { maxEvents } = this.#options
    if (this.#stopped) throw new UnavailableError('Muster is shutting down')
    // a single request larger than the bound is taken when nothing else is there
    if (this.#size > 0 && this.#size + items.length > maxEvents) throw new UnavailableError('Too many events are waiting')
    const lanes = new Set<Lane>()
    const outcomes = items.map(item => new Promise<Outcome>((done, failed) => {
      const keys = identifiersOf(item).map(key => `${item.channelId}/${key}`)
      const lane = this.#take(keys)
      lane.jobs.push({ item, keys, done, failed })
      lanes.add(lane)
    }))
    for (const lane of lanes) this.#wake(lane)
    return Promise.all(outcomes)
  }

  /** Takes nothing more, finishes what is there, and closes the connections. */
  async stop(): Promise<void> {
    this.#stopped = true
    while (this.#size > 0) await new Promise(resolve => setTimeout(resolve, 10))
    await Promise.all(this.#lanes.map(lane => lane.client?.end()))
  }

  #take(keys: string[]): Lane {
    let lane: Lane | undefined
    for (const key of keys) lane ??= this.#laneOf.get(key)?.lane
    lane ??= this.#lanes[hash(keys[0]!) % this.#lanes.length]!
    for (const key of keys) {
      const entry = this.#laneOf.get(key)
      if (entry) entry.count++
      else this.#laneOf.set(key, { lane, count: 1 })
    }
    this.#size++
    return lane
  }

  #release(job: Job): void {
    this.#size--
    for (const key of job.keys) {
      const entry = this.#laneOf.get(key)!
      if (--entry.count === 0) this.#laneOf.delete(key)
    }
  }

  /** An idle lane begins once what arrived in this turn of the event loop is in it: no timer, and no batch of one before a batch of many. */
  #wake(lane: Lane): void {
    if (lane.busy) return
    lane.busy = true
    setImmediate(() => void this.#work(lane))
  }

  async #work(lane: Lane): Promise<void> {
    while (lane.jobs.length > 0) {
      const jobs = lane.jobs.splice(0, this.#options.maxBatch)
      try {
        const { outcomes, changed } = await this.#apply(lane, jobs.map(job => job.item))
        jobs.forEach((job, index) => job.done(outcomes[index]!))
        this.#options.onChanged(changed)
      } catch (error) {
        const unavailable = new UnavailableError('The database is not available', { cause: error })
        jobs.forEach(job => job.failed(unavailable))
      }
      jobs.forEach(job => this.#release(job))
    }
    lane.busy = false
  }

  /** Tries again over a lost connection: applying is safe to repeat, also when only the answer to a commit was lost. */
  async #apply(lane: Lane, items: ChannelEvent[]) {
    const since = performance.now()
    for (let pause = 50; ; pause *= 2) {
      try {
        const run = lane.run ?? (await this.#connect(lane))
        return await applyEvents(run, items)
      } catch (error) {
        lane.run = undefined
        lane.client?.end().catch(() => {})
        if (this.#stopped || performance.now() - since + pause > PATIENCE_MS) throw error
        await new Promise(resolve => setTimeout(resolve, pause))
      }
    }
  }

  async #connect(lane: Lane): Promise<Run> {
    const client = new Client({ ...this.#options.connection, pipeline: true, connectionTimeoutMillis: PATIENCE_MS })
    client.on('error', () => {
      lane.run = undefined // noticed while idle; the next batch connects again
    })
    await client.connect()
    await client.query(applySettings)
    lane.client = client
    lane.run = runner(client, this.#options.namedStatements)
    return lane.run
  }
}

/** FNV-1a, 32 bits: all it has to do is spread evenly. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value >>> 0
}
