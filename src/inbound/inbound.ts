import type { RawRequest, Verdict } from '../connectors/connector.ts'
import type { InboundEvent } from '../contract/inbound-event.ts'
import type { Database } from '../db/database.ts'
import type { Changes } from '../outbound/changes.ts'
import type { ChannelEvent, Outcome } from '../record/event.ts'
import { findReject, keepRejects, noteReplay, type NewReject } from '../record/rejects.ts'
import { runner, type Run } from '../record/statement.ts'
import { problemOf } from './check.ts'
import { ChannelDirectory, type OpenChannel } from './directory.ts'
import { EventQueue, UnavailableError, type QueueOptions } from './queue.ts'

/** The caller could not prove to be the platform. */
export class RefusedError extends Error {
  override name = 'RefusedError'
}

/** From a verified webhook to the committed record. */
export class Inbound {
  readonly directory: ChannelDirectory
  #queue: EventQueue
  #run: Run

  constructor(database: Database, options: { namedStatements: boolean; secret: Buffer; changes: Changes } & Partial<QueueOptions>) {
    const { secret, changes, ...queue } = options
    this.directory = new ChannelDirectory(database.pool, secret, changes)
    this.#queue = new EventQueue({ connection: database.connection, onChanged: changed => changes.publishUsers(changed), ...queue })
    this.#run = runner(database.pool, options.namedStatements)
  }

  /**
   * Verifies, understands and commits one request; when it returns, everything in it is durable: applied, or kept as a reject.
   * @throws {RefusedError} signature missing or wrong. @throws {UnparseableError} nothing of the body can be used.
   * @throws {UnavailableError} full, or the database is away: nothing can be promised, the platform should come again.
   */
  async receive(channel: OpenChannel, request: RawRequest): Promise<Outcome[]> {
    const verdict: Verdict = channel.connector.verify(request, channel.config, request.receivedAt)
    if (!verdict.ok) throw new RefusedError(verdict.reason)
    const items: ChannelEvent[] = []
    const rejects: NewReject[] = []
    for (const event of channel.connector.parse(request)) {
      const owner = await this.#ownerOf(event, channel, request)
      const item = owner && event.kind !== 'unsupported' ? { channelId: owner.id, event } : undefined
      const reason = item ? problemOf(item, request.receivedAt) : event.kind === 'unsupported' ? event.reason : noChannel(channel, event)
      if (item && reason === undefined) items.push(item)
      else rejects.push({ channelId: (owner ?? channel).id, eventId: event.eventId, reason: reason!, payload: event })
    }
    if (rejects.length > 0) await keepRejects(this.#run, rejects).catch(unavailable)
    return this.#queue.submit(items)
  }

  /** Tries a reject again, as it was kept. @throws {Error} if there is none of this id. */
  async replay(channelId: string, rejectId: string): Promise<{ outcome: Outcome['outcome']; reason: string | null }> {
    const reject = await findReject(this.#run, channelId, rejectId)
    if (!reject) throw new Error(`No reject has the id ${rejectId}`)
    const event = revive(reject.payload as InboundEvent)
    const problem = event.kind === 'unsupported' ? event.reason : problemOf({ channelId, event }, new Date())
    const [outcome] = problem === undefined ? await this.#queue.submit([{ channelId, event } as ChannelEvent]) : [{ outcome: 'rejected' as const, reason: problem }]
    const reason = outcome!.outcome === 'rejected' ? outcome!.reason : null
    await noteReplay(this.#run, channelId, rejectId, reason ?? undefined)
    return { outcome: outcome!.outcome, reason }
  }

  async stop(): Promise<void> {
    this.directory.stop()
    await this.#queue.stop()
  }

  /** One callback address can serve many channels; another channel is only believed if its own secret verifies the request too. */
  async #ownerOf(event: InboundEvent, channel: OpenChannel, request: RawRequest): Promise<OpenChannel | undefined> {
    if (event.account === undefined || channel.accountKey === null || event.account === channel.accountKey) return channel
    const other = await this.directory.findByAccount(channel.connector.type, event.account)
    return other?.isActive && other.connector.verify(request, other.config, request.receivedAt).ok ? other : undefined
  }
}

const noChannel = (channel: OpenChannel, event: InboundEvent) =>
  `It is for the account ${event.account}, and there is no active channel of type ${channel.connector.type} with that account and the same secret`

/** Rejects are cut down to what the database can hold, so what fails here is the database. */
function unavailable(error: unknown): never {
  throw new UnavailableError('The database is not available', { cause: error })
}

function revive(event: InboundEvent): InboundEvent {
  return { ...event, occurredAt: new Date(event.occurredAt) }
}
