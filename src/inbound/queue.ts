import { Client, DatabaseError, type ClientConfig } from 'pg'
import { applyEvents, applySettings } from '../record/apply.ts'
import { CollisionError } from '../record/collision.ts'
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
  /** Connections that apply events side by side, of different people. */
  lanes?: number
  /** Events in one transaction at most. */
  maxBatch?: number
  /** Events in memory at most; beyond, `submit` refuses. */
  maxEvents?: number
  /** How long a batch waits for a database that went away (a restart takes a second or two) before the queue gives up. */
  patienceMs?: number
  /**
   * Takes over events, in their order, when the queue gives up. Called at once for all of them, also for none; they are accepted
   * when it returns, and refused when it throws. Without it they are refused.
   */
  spill?(items: ChannelEvent[]): Promise<void>
}

interface Job {
  /** Counts up in the order of arrival. */
  number: number
  item: ChannelEvent
  keys: string[]
  mayBeSpilled: boolean
  done(outcome?: Outcome): void
  failed(error: Error): void
}

interface Lane {
  /** The batch that is being applied; another array once the queue has given it up. */
  current: Job[]
  busy: boolean
  client?: Client
  run?: Run
  /** Events applied on this connection, and at how many its statements are planned anew. */
  applied: number
  replanAt: number
}

/**
 * Statements are planned once. What was planned while the tables were empty reads them from end to end, and each message would take longer
 * than the one before: so they are planned anew after so many events, and again whenever there were four times as many. An analysis would do
 * it too, but comes a minute late.
 */
const REPLAN_AT = 50
const replan = 'discard plans'

/** A statement takes milliseconds; without an answer for so long, the network is gone without a word. */
const SILENCE_MS = 30_000

/**
 * Group commit without timers: while the lanes commit, what arrives gathers, and the first that is done takes it for its next transaction.
 * Whoever submits waits for the commit. Events that share an identifier are applied in their order: never in two lanes at a time.
 */
export class EventQueue {
  #options: Required<QueueOptions>
  #number = 0
  #lanes: Lane[]
  /** In the order of arrival. */
  #waiting: Job[] = []
  /** Identifiers of what is being applied. */
  #inLanes = new Set<string>()
  #size = 0
  #isWaking = false
  #stopped = false

  constructor(options: QueueOptions) {
    this.#options = { lanes: 2, maxBatch: 250, maxEvents: 20_000, patienceMs: 8_000, spill: refuse, ...options }
    this.#lanes = Array.from({ length: this.#options.lanes }, () => ({ current: [], busy: false, applied: 0, replanAt: REPLAN_AT }))
  }

  /** Events in memory. */
  get size(): number {
    return this.#size
  }

  /**
   * Takes events and returns when they are committed, or spilled because the database stays away.
   * @throws {UnavailableError} at once when the queue is full, later when the database stays away and they could not be spilled.
   */
  async take(items: ChannelEvent[]): Promise<void> {
    // a single request larger than the bound is taken when nothing else is there
    if (this.#size > 0 && this.#size + items.length > this.#options.maxEvents) throw new UnavailableError('Too many events are waiting')
    await this.#add(items, true)
  }

  /**
   * Applies events and answers when they are committed, with what became of each. They are in their place when the call returns;
   * the caller bounds their number.
   * @throws {UnavailableError} when the database stays away; its cause tells why.
   */
  async submit(items: ChannelEvent[]): Promise<Outcome[]> {
    return await this.#add(items, false) as Outcome[] // undefined is for those that are spilled
  }

  /** Has everything that waits spilled, because the database is known to be away. Events of later calls are behind it. */
  giveUp(cause: unknown): void {
    const jobs = [...this.#lanes.flatMap(lane => lane.current), ...this.#waiting.splice(0)].toSorted((a, b) => a.number - b.number)
    for (const lane of this.#lanes) lane.current = []
    const spilled = jobs.filter(job => job.mayBeSpilled)
    this.#fail(jobs.filter(job => !job.mayBeSpilled), cause)
    for (const job of spilled) this.#release(job)
    this.#options.spill(spilled.map(job => job.item)).then(
      () => spilled.forEach(job => job.done()),
      error => spilled.forEach(job => job.failed(error)))
  }

  /** Takes nothing more, finishes what is there, and closes the connections. */
  async stop(): Promise<void> {
    this.#stopped = true
    while (this.#size > 0 || this.#lanes.some(lane => lane.busy)) await new Promise(resolve => setTimeout(resolve, 10))
    await Promise.all(this.#lanes.map(lane => lane.client?.end()))
  }

  #add(items: ChannelEvent[], mayBeSpilled: boolean): Promise<(Outcome | undefined)[]> {
    if (this.#stopped) return Promise.reject(new UnavailableError('Muster is shutting down'))
    return Promise.all(items.map(item => new Promise<Outcome | undefined>((done, failed) => {
      const keys = identifiersOf(item).map(key => `${item.channelId}/${key}`)
      this.#waiting.push({ number: this.#number++, item, keys, mayBeSpilled, done, failed })
      this.#size++
      this.#wake()
    })))
  }

  #release(job: Job): void {
    this.#size--
    for (const key of job.keys) this.#inLanes.delete(key)
  }

  /** Idle lanes begin once what arrived in this turn of the event loop is there: no timer, and no batch of one before a batch of many. */
  #wake(): void {
    if (this.#isWaking) return
    this.#isWaking = true
    setImmediate(() => {
      this.#isWaking = false
      for (const lane of this.#lanes) if (!lane.busy && this.#waiting.length > 0) void this.#work(lane)
    })
  }

  /** All that waits, but for what has to follow events of another lane, or of those that do. */
  #take(): Job[] {
    const batch: Job[] = []
    const left: Job[] = []
    const held = new Set<string>()
    let passed = 0
    for (; passed < this.#waiting.length && batch.length < this.#options.maxBatch; passed++) {
      const job = this.#waiting[passed]!
      if (job.keys.some(key => this.#inLanes.has(key) || held.has(key))) {
        left.push(job)
        for (const key of job.keys) held.add(key)
      } else batch.push(job)
    }
    this.#waiting = left.concat(this.#waiting.slice(passed))
    for (const { keys } of batch) for (const key of keys) this.#inLanes.add(key)
    if (batch.length > 0 && this.#waiting.length > 0) this.#wake()
    return batch
  }

  async #work(lane: Lane): Promise<void> {
    lane.busy = true
    for (let jobs = this.#take(); jobs.length > 0; jobs = this.#take()) {
      lane.current = jobs
      try {
        const { outcomes, changed } = await this.#apply(lane, jobs)
        if (lane.current === jobs) {
          jobs.forEach((job, index) => job.done(outcomes[index]!))
          for (const job of jobs) this.#release(job)
        }
        lane.current = []
        this.#options.onChanged(changed)
      } catch (error) {
        if (lane.current !== jobs) continue
        if (isAway(error)) this.giveUp(error)
        else this.#fail(jobs, error)
        lane.current = []
      }
    }
    lane.busy = false
  }

  #fail(jobs: Job[], cause: unknown): void {
    const unavailable = new UnavailableError('The database is not available', { cause })
    for (const job of jobs) {
      job.failed(unavailable)
      this.#release(job)
    }
  }

  /** Tries again over a lost connection: applying is safe to repeat, also when only the answer to a commit was lost. */
  async #apply(lane: Lane, jobs: Job[]) {
    const since = performance.now()
    for (let pause = 50; ; pause *= 2) {
      try {
        const run = lane.run ?? (await this.#connect(lane))
        const applied = await applyEvents(run, jobs.map(job => job.item))
        lane.applied += jobs.length
        if (lane.applied >= lane.replanAt) {
          lane.replanAt = 4 * lane.applied
          lane.client!.query(replan).catch(() => {}) // a lost connection is noticed by the next batch
        }
        return applied
      } catch (error) {
        lane.run = undefined
        lane.client?.end().catch(() => {})
        if (this.#stopped || performance.now() - since + pause > this.#options.patienceMs) throw error
        await new Promise(resolve => setTimeout(resolve, pause))
        if (lane.current !== jobs) throw error // given up meanwhile
      }
    }
  }

  async #connect(lane: Lane): Promise<Run> {
    const client = new Client({
      ...this.#options.connection, pipeline: true, connectionTimeoutMillis: this.#options.patienceMs, query_timeout: SILENCE_MS,
    })
    client.on('error', () => {
      lane.run = undefined // noticed while idle; the next batch connects again
    })
    await client.connect()
    await client.query(applySettings)
    lane.client = client
    lane.applied = 0
    lane.replanAt = REPLAN_AT
    const run = runner(client, this.#options.namedStatements)
    lane.run = (statement, values) => {
      sendTogether(client)
      return run(statement, values)
    }
    return lane.run
  }
}

/**
 * What is given to the client in one go leaves in one piece: each piece wakes the database. It leaves before anything else is done: else the
 * database would wait until all who sent the batch before have been answered.
 */
function sendTogether({ connection: { stream } }: Client): void {
  stream.cork()
  queueMicrotask(() => stream.uncork())
}

/** What PostgreSQL says when it can do nothing at present: lost, standby, refused, out of something, stopped, disk. */
const AWAY = /^(08|25006|28|3D|53|55|57|58)/

/** Whether the database failed, and not at something it was given; what is not its own answer is the connection's. */
export function isAway(error: unknown): boolean {
  return error instanceof DatabaseError ? AWAY.test(error.code ?? '') : !(error instanceof CollisionError)
}

const refuse = () => Promise.reject(new UnavailableError('The database is not available'))
