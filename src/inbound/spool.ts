import { setTimeout as sleep } from 'node:timers/promises'
import type { InboundEvent } from '../contract/inbound-event.ts'
import type { ChannelEvent } from '../record/event.ts'
import type { NewReject } from '../record/rejects.ts'
import { UnavailableError } from './queue.ts'
import { SpoolFiles, type Chunk } from './spool-files.ts'

export type SpoolEntry = { item: ChannelEvent } | { reject: NewReject }
export type Log = (level: 'warn' | 'error', details: object, message: string) => void

export interface SpoolOptions {
  folder: string
  /**
   * Commits entries in their order. Their events must be in the queue when the call returns, so that what is submitted after it
   * comes after them. @throws if they are not all committed; they are given again.
   */
  commit(entries: SpoolEntry[]): Promise<void>
  /** Bytes on disk at most; beyond, `append` refuses. */
  maxBytes?: number
}

const MAX_BYTES = 1024 ** 3
const PAUSE_MS = 1_000

/**
 * What was verified while the database is away, on disk, until the database has it.
 *
 * Nothing overtakes: as long as it holds something, everything is to be appended here. It stops holding in one step, in which the
 * very last of it enters the queue, ahead of whatever comes then; so it also ends while requests never pause.
 */
export class Spool {
  #files: SpoolFiles
  #commit: SpoolOptions['commit']
  #isHolding: boolean
  /** Appended, but not yet on disk. */
  #onTheWay = new Set<SpoolEntry[]>()
  #log: Log = () => {}
  /** Whether the log knows that something is spooled. */
  #isTold = false
  #isClosed = false
  #draining: Promise<void> | undefined
  #stopping = new AbortController()

  /** @throws {Error} if another process has the folder, or it cannot be used. */
  constructor({ folder, commit, maxBytes = MAX_BYTES }: SpoolOptions) {
    this.#files = new SpoolFiles(folder, maxBytes)
    this.#commit = commit
    this.#isHolding = this.#files.bytes > 0
  }

  /** Whether everything that comes in has to be appended. */
  get isHolding(): boolean {
    return this.#isHolding
  }

  get bytes(): number {
    return this.#files.bytes
  }

  /** Begins to commit what an earlier run left, and from now on whatever is appended. */
  start(log: Log): void {
    this.#log = log
    if (!this.#isHolding) return
    log('warn', { bytes: this.bytes }, 'what was spooled before the start is being committed')
    this.#isTold = true
    this.#drainSoon()
  }

  /**
   * Returns when the entries are on disk, to be committed later. From the call on, the spool is holding.
   * @throws {UnavailableError} if it is full, cannot be written, or is stopping: nothing was accepted.
   */
  async append(entries: SpoolEntry[]): Promise<void> {
    if (this.#isClosed) throw new UnavailableError('Muster is shutting down')
    this.#isHolding = true
    this.#drainSoon()
    if (entries.length === 0) return
    this.#onTheWay.add(entries)
    try {
      await this.#files.append(entries.map(entry => JSON.stringify(entry)))
      if (!this.#isTold) this.#log('warn', {}, 'the database is away: what comes in is spooled to disk')
      this.#isTold = true
    } catch (error) {
      throw new UnavailableError(`The database is away, and so is the spool: ${(error as Error).message}`, { cause: error })
    } finally {
      this.#onTheWay.delete(entries)
    }
  }

  /** Commits nothing more; what is not committed is there at the next start. Appending goes on until `close`. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#draining
  }

  /** Writes what is still on its way to the disk, and takes nothing more. */
  close(): Promise<void> {
    this.#isClosed = true
    return this.#files.close()
  }

  #drainSoon(): void {
    if (this.#stopping.signal.aborted) return
    this.#draining ??= this.#drain()
  }

  async #drain(): Promise<void> {
    const began = performance.now()
    let isBack = false
    while (!this.#stopping.signal.aborted) {
      try {
        if (!isBack) await this.#files.flushed()
        const chunk = await this.#files.read()
        const isEmpty = await this.#commitChunk(chunk, isBack)
        isBack ||= chunk.lines.length > 0
        if (!isEmpty || this.#isHolding) continue
        this.#draining = undefined // at once: whoever appends from now on starts the next
        if (this.#isTold) this.#log('warn', { seconds: Math.round((performance.now() - began) / 1000) }, 'the database has all that was spooled')
        this.#isTold = false
        return
      } catch (error) {
        isBack = false
        this.#isHolding = true
        // The database being away was told when spooling began.
        if (!(error instanceof UnavailableError)) this.#log('error', { err: error }, 'the spool could not be committed')
        await sleep(PAUSE_MS, undefined, { signal: this.#stopping.signal }).catch(() => {})
      }
    }
  }

  /** @param isBack whether the database took the chunk before. @returns whether the spool is empty now, and holds no more. */
  async #commitChunk(chunk: Chunk, isBack: boolean): Promise<boolean> {
    if (chunk.damaged > 0) this.#log('error', { lines: chunk.damaged }, 'damaged lines of the spool were left out')
    const entries = chunk.lines.map(revived)
    // No await from here to the end of the call of #commit: whatever comes after must find all of this in the queue.
    const onTheWay = [...this.#onTheWay].flat()
    const isLast = this.#files.isEnd(chunk) && (isBack || entries.length + onTheWay.length === 0)
    if (isLast) this.#isHolding = false
    await this.#commit(isLast ? [...entries, ...onTheWay] : entries)
    this.#files.advance(chunk)
    if (!isLast) return false
    await this.#files.flushed()
    // In the meantime the database may have gone again.
    if (this.#isHolding) return false
    this.#files.clear()
    return true
  }
}

/** An event as JSON gives it back. */
export function revive<Event extends InboundEvent>(event: Event): Event {
  return { ...event, occurredAt: new Date(event.occurredAt) }
}

function revived(line: string): SpoolEntry {
  const entry = JSON.parse(line) as SpoolEntry
  return 'item' in entry ? { item: { ...entry.item, event: revive(entry.item.event) } } : entry
}
