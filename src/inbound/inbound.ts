import { UnparseableError, type RawRequest, type Verdict } from '../connectors/connector.ts'
import type { InboundEvent } from '../contract/inbound-event.ts'
import type { Database } from '../db/database.ts'
import type { Changes } from '../outbound/changes.ts'
import type { ChannelCounts } from '../record/channel-counts.ts'
import type { ChannelEvent, EventOf, Outcome } from '../record/event.ts'
import { findReject, keepRejects, noteReplay, type NewReject } from '../record/rejects.ts'
import { runner, type Run } from '../record/statement.ts'
import { problemOf } from './check.ts'
import { ChannelDirectory, type OpenChannel } from './directory.ts'
import { EventQueue, isAway, UnavailableError, type QueueOptions } from './queue.ts'
import { revive, Spool, type Log, type SpoolEntry, type SpoolOptions } from './spool.ts'
import { tellTyping, type TypingEvent } from './typing.ts'

/** The caller could not prove to be the platform. */
export class RefusedError extends Error {
  override name = 'RefusedError'
}

type InboundOptions = {
  namedStatements: boolean
  secret: Buffer
  changes: Changes
  counts: Pick<ChannelCounts, 'add'>
  spool: Omit<SpoolOptions, 'commit'>
} & Partial<QueueOptions>

/** From a verified webhook to the committed record. */
export class Inbound {
  readonly directory: ChannelDirectory
  #changes: Changes
  #queue: EventQueue
  #spool: Spool
  #run: Run
  #counts: Pick<ChannelCounts, 'add'>
  #log: Log = () => {}

  /** @throws {Error} if another process has the spool's folder, or it cannot be used. */
  constructor(database: Database, options: InboundOptions) {
    const { secret, changes, counts, spool, ...queue } = options
    this.#counts = counts
    this.#changes = changes
    this.#spool = new Spool({ ...spool, commit: entries => this.#commitSpooled(entries) })
    this.directory = new ChannelDirectory(database.pool, secret, changes)
    this.#queue = new EventQueue({
      connection: database.connection, onChanged: changed => changes.publishUsers(changed),
      spill: items => this.#spool.append(items.map(item => ({ item }))), ...queue,
    })
    this.#run = runner(database.pool, options.namedStatements)
  }

  /** Bytes of the events that are on disk and wait for the database. */
  get spooledBytes(): number {
    return this.#spool.bytes
  }

  /** Begins to commit what an earlier run had to leave in the spool. */
  start(log: Log): void {
    this.#log = log
    this.#spool.start(log)
  }

  /**
   * Verifies, understands and commits one request; when it returns, everything in it is durable: applied, or kept as a reject,
   * or, while the database is away, in the spool.
   * @throws {RefusedError} signature missing or wrong. @throws {UnparseableError} nothing of the body can be used.
   * @throws {UnavailableError} full, or neither the database nor the spool is there: the platform should come again.
   */
  async receive(channel: OpenChannel, request: RawRequest): Promise<void> {
    try {
      const verdict: Verdict = channel.connector.verify(request, channel.config, request.receivedAt)
      if (!verdict.ok) throw new RefusedError(verdict.reason)
      const { items, rejects, typing } = await this.#understand(channel, request)
      if (typing.length > 0) void tellTyping(this.#run, this.#changes, typing).catch(() => {}) // nobody waits for it
      if (rejects.length > 0) await this.#setAside(rejects)
      await (this.#spool.isHolding ? this.#spool.append(items.map(item => ({ item }))) : this.#queue.take(items))
      this.#count(channel.connector.type, items, rejects)
    } catch (error) {
      this.#counts.add(channel.id, channel.connector.type, outcomeOf(error), 1, (error as Error).message)
      throw error
    }
  }

  /** What is in a request: events for the record, what it cannot hold, and who is typing. */
  async #understand(channel: OpenChannel, request: RawRequest): Promise<{ items: ChannelEvent[]; rejects: NewReject[]; typing: TypingEvent[] }> {
    const items: ChannelEvent[] = []
    const rejects: NewReject[] = []
    const typing: TypingEvent[] = []
    for (const event of channel.connector.parse(request)) {
      const { account } = event
      const isOwn = account === undefined || channel.accountKey === null || account === channel.accountKey
      const owner = isOwn ? channel : await this.#otherOwner(account, channel, request)
      if (event.kind === 'typing') {
        if (owner) typing.push({ channelId: owner.id, event })
        continue
      }
      const item = owner && event.kind !== 'unsupported'
        ? { channelId: owner.id, event, ...(owner.connector.fetchProfile && { profileOnRequest: true }) } : undefined
      const reason = item ? problemOf(item, request.receivedAt) : event.kind === 'unsupported' ? event.reason : noChannel(channel, event)
      if (item && reason === undefined) items.push(item)
      else rejects.push({ channelId: (owner ?? channel).id, eventId: event.eventId, reason: reason!, payload: event })
    }
    return { items, rejects, typing }
  }

  /** For each channel apart: one callback address can serve many. */
  #count(type: string, items: ChannelEvent[], rejects: NewReject[]): void {
    for (const { channelId, event } of items) {
      this.#counts.add(channelId, type, 'received')
      if (event.kind !== 'message.status' || event.status !== 'failed') continue
      this.#counts.add(channelId, type, 'failed:undelivered', 1, event.error ? `${event.error.code} ${event.error.title}` : null)
    }
    for (const { channelId, reason } of rejects) this.#counts.add(channelId, type, 'set-aside', 1, reason)
  }

  /** Tries a reject again, as it was kept. @throws {Error} if there is none of this id. */
  async replay(channelId: string, rejectId: string): Promise<{ outcome: Outcome['outcome']; reason: string | null }> {
    const reject = await findReject(this.#run, channelId, rejectId)
    if (!reject) throw new Error(`No reject has the id ${rejectId}`)
    const event = revive(reject.payload as Exclude<InboundEvent, { kind: 'typing' }>)
    const problem = event.kind === 'unsupported' ? event.reason : problemOf({ channelId, event }, new Date())
    const [outcome] = problem === undefined ? await this.#queue.submit([{ channelId, event } as ChannelEvent]) : [{ outcome: 'rejected' as const, reason: problem }]
    const reason = outcome!.outcome === 'rejected' ? outcome!.reason : null
    await noteReplay(this.#run, channelId, rejectId, reason ?? undefined)
    return { outcome: outcome!.outcome, reason }
  }

  /**
   * Takes over what a platform told about a person on request. What the record cannot hold of it is no loss.
   * @throws {UnavailableError} when the database stays away
   */
  async learn(news: EventOf<'user.renamed'>): Promise<void> {
    if (problemOf(news, new Date()) === undefined) await this.#queue.submit([news])
  }

  async stop(): Promise<void> {
    this.directory.stop()
    await Promise.all([this.#spool.stop(), this.#queue.stop()])
    await this.#spool.close()
  }

  /** Rejects need no order among events; but once something is spooled, what comes later may not overtake what the queue holds. */
  async #setAside(rejects: NewReject[]): Promise<void> {
    if (!this.#spool.isHolding) {
      try {
        return await keepRejects(this.#run, rejects)
      } catch (error) {
        if (!isAway(error)) throw new UnavailableError('The database is not available', { cause: error })
        this.#queue.giveUp(error)
      }
    }
    await this.#spool.append(rejects.map(reject => ({ reject })))
  }

  /** A database that is away fails all of them; a fault of another kind is traced to the one entry that has it, which is set aside. */
  async #commitSpooled(entries: SpoolEntry[]): Promise<void> {
    const items = entries.flatMap(entry => ('item' in entry ? [entry.item] : []))
    const rejects = entries.flatMap(entry => ('reject' in entry ? [entry.reject] : []))
    try {
      await Promise.all([this.#queue.submit(items), rejects.length > 0 && keepRejects(this.#run, rejects)])
    } catch (error) {
      const cause = error instanceof UnavailableError ? error.cause ?? error : error
      if (isAway(cause)) {
        this.#queue.giveUp(cause) // what came in after the last of the spool goes behind it again
        throw new UnavailableError('The database is not available', { cause })
      }
      const half = entries.length >> 1
      if (half === 0) return this.#setAsideSpooled(entries[0]!, cause as Error)
      await this.#commitSpooled(entries.slice(0, half))
      await this.#commitSpooled(entries.slice(half))
    }
  }

  /** What not even a reject can be made of is lost with its channel, if that was deleted meanwhile; the log says so. */
  async #setAsideSpooled(entry: SpoolEntry, fault: Error): Promise<void> {
    const reject = 'reject' in entry ? entry.reject
      : { channelId: entry.item.channelId, eventId: entry.item.event.eventId, reason: `It could not be applied: ${fault.message}`, payload: entry.item.event }
    try {
      await keepRejects(this.#run, [reject])
    } catch (error) {
      if (isAway(error)) throw new UnavailableError('The database is not available', { cause: error })
      this.#log('error', { err: error, channelId: reject.channelId, eventId: reject.eventId }, 'a spooled event could not be kept')
    }
  }

  /** One callback address can serve many channels; another channel is only believed if its own secret verifies the request too. */
  async #otherOwner(account: string, channel: OpenChannel, request: RawRequest): Promise<OpenChannel | undefined> {
    const other = await this.directory.findByAccount(channel.connector.type, account)
    return other?.isActive && other.connector.verify(request, other.config, request.receivedAt).ok ? other : undefined
  }
}

function outcomeOf(error: unknown): 'refused' | 'unreadable' | 'turned-away' {
  if (error instanceof RefusedError) return 'refused'
  return error instanceof UnparseableError ? 'unreadable' : 'turned-away'
}

const noChannel = (channel: OpenChannel, event: InboundEvent) =>
  `It is for the account ${event.account}, and there is no active channel of type ${channel.connector.type} with that account and the same secret`
