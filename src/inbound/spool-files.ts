import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, statSync, unlinkSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'

/** What was read, and how far into the oldest file that was. */
export interface Chunk {
  lines: string[]
  end: number
  /** Lines in it whose checksum is wrong: they are left out. */
  damaged: number
}

interface Segment {
  path: string
  /** Bytes that are certain to be on disk. */
  size: number
}

interface Waiting {
  text: string
  bytes: number
  done(): void
  failed(error: unknown): void
}

const SEGMENT_BYTES = 16 * 1024 * 1024
const CHUNK_BYTES = 1024 * 1024
/** A checksum as eight hexadecimal digits, and a space. */
const PREFIX = 9

/**
 * Lines of text on disk, in order: one `<crc32> <text>` each, in files that are removed, the oldest first, once they were read to
 * the end. A line that was cut off when the power went was never promised to anybody; it is left out, and so is a damaged one.
 */
export class SpoolFiles {
  #folder: string
  #maxBytes: number
  #lock: DatabaseSync
  #segments: Segment[] = []
  /** Of the last segment, while it is written to. A start never goes on with the file of another. */
  #file: FileHandle | undefined
  #number = 0
  /** How far the first segment has been dealt with. */
  #offset = 0
  #waiting: Waiting[] = []
  #waitingBytes = 0
  #flushing: Promise<void> = Promise.resolve()
  #isFlushing = false

  /** @throws {Error} if another process has the folder, or it cannot be used. */
  constructor(folder: string, maxBytes: number) {
    this.#folder = folder
    this.#maxBytes = maxBytes
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#lock = lock(folder)
    for (const name of readdirSync(folder).filter(name => /^\d+\.spool$/.test(name)).toSorted()) {
      const path = join(folder, name)
      this.#segments.push({ path, size: statSync(path).size })
      this.#number = Number.parseInt(name, 10)
    }
  }

  /** Bytes not dealt with yet, also those on their way to the disk. */
  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.size, this.#waitingBytes - this.#offset)
  }

  /**
   * Returns when the lines, which hold no line break, are on disk for good. Their place is behind all that was appended before this call.
   * What arrives while the disk works shares the next sync.
   * @throws what the file system says; `RangeError` when the bound is reached. Nothing is promised then.
   */
  async append(lines: string[]): Promise<void> {
    const text = lines.map(line => `${checksum(line)} ${line}\n`).join('')
    const bytes = Buffer.byteLength(text)
    if (this.bytes + bytes > this.#maxBytes) throw new RangeError(`The spool is full: it holds at most ${this.#maxBytes} bytes`)
    this.#waitingBytes += bytes
    const written = new Promise<void>((done, failed) => this.#waiting.push({ text, bytes, done, failed }))
    if (!this.#isFlushing) this.#flushing = this.#flush()
    return written
  }

  /** Returns when all that was appended so far is on disk, or was refused. */
  flushed(): Promise<void> {
    return this.#flushing
  }

  /** The oldest lines that are not dealt with, about a megabyte. Reading again gives the same until `advance`. */
  async read(): Promise<Chunk> {
    while (this.#segments[0] && this.#offset >= this.#segments[0].size && !(this.#file && this.#segments.length === 1)) {
      unlinkSync(this.#segments.shift()!.path)
      this.#offset = 0
    }
    const [segment] = this.#segments
    if (!segment || this.#offset >= segment.size) return { lines: [], end: this.#offset, damaged: 0 }
    const file = await open(segment.path)
    try {
      for (let size = CHUNK_BYTES; ; size *= 2) {
        const rest = segment.size - this.#offset
        const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size, rest)), { position: this.#offset })
        const data = buffer.subarray(0, bytesRead)
        const length = data.lastIndexOf(10) + 1
        if (length > 0) return { ...parsed(data.subarray(0, length)), end: this.#offset + length }
        if (bytesRead === 0 || bytesRead === rest) return { lines: [], end: segment.size, damaged: 0 } // a line that was cut off
      }
    } finally {
      await file.close()
    }
  }

  /** Whether what was read is the last of what is on disk. */
  isEnd(chunk: Chunk): boolean {
    return this.#segments.length <= 1 && chunk.end >= (this.#segments[0]?.size ?? 0)
  }

  /** Says that what was read has been dealt with. */
  advance(chunk: Chunk): void {
    this.#offset = chunk.end
  }

  /** Removes everything that is on disk. Only to be called when nothing is on its way there. */
  clear(): void {
    void this.#file?.close()
    this.#file = undefined
    this.#offset = 0
    for (const { path } of this.#segments.splice(0)) unlinkSync(path)
  }

  /** Writes what waits, and lets go of the folder. */
  async close(): Promise<void> {
    await this.#flushing
    await this.#file?.close()
    this.#lock.close()
  }

  async #flush(): Promise<void> {
    this.#isFlushing = true
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0)
      try {
        await this.#write(Buffer.from(group.map(({ text }) => text).join('')))
        for (const { done } of group) done()
      } catch (error) {
        await this.#endSegment()
        for (const { failed } of group) failed(error)
      }
      for (const { bytes } of group) this.#waitingBytes -= bytes
    }
    this.#isFlushing = false
  }

  async #write(data: Buffer): Promise<void> {
    if (!this.#file || this.#segments.at(-1)!.size >= SEGMENT_BYTES) await this.#beginSegment()
    await this.#file!.appendFile(data)
    await this.#file!.datasync()
    this.#segments.at(-1)!.size += data.length
  }

  async #beginSegment(): Promise<void> {
    await this.#file?.close()
    this.#file = undefined
    const path = join(this.#folder, `${String(++this.#number).padStart(12, '0')}.spool`)
    this.#file = await open(path, 'wx', 0o600)
    this.#segments.push({ path, size: 0 })
    syncFolder(this.#folder)
  }

  /** After a failed write nothing may follow in this file; what it held before stays. */
  async #endSegment(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    await file?.truncate(this.#segments.at(-1)!.size).catch(() => {})
    await file?.close().catch(() => {})
  }
}

/** Node has no file locks of its own, but SQLite, which comes with it, has: the kernel lets go of them however the process ends. */
function lock(folder: string): DatabaseSync {
  const database = new DatabaseSync(join(folder, 'lock'), { timeout: 0 })
  try {
    database.exec('begin exclusive')
    return database
  } catch (error) {
    database.close()
    const inUse = (error as { errcode?: number }).errcode === 5
    throw new Error(inUse ? `Muster is already running on this data folder: another process has ${folder}` : `${folder} cannot be used: ${(error as Error).message}`,
      { cause: error })
  }
}

/** Without it a new file may be gone after a power cut, however well its content was written. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return // which cannot, and need not
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

const checksum = (data: string | Buffer) => crc32(data).toString(16).padStart(8, '0')

function parsed(data: Buffer): { lines: string[]; damaged: number } {
  const lines: string[] = []
  let damaged = 0
  for (let start = 0; start < data.length;) {
    const end = data.indexOf(10, start)
    const line = data.subarray(start + PREFIX, end)
    if (data.toString('latin1', start, start + PREFIX) === `${checksum(line)} `) lines.push(line.toString())
    else damaged++
    start = end + 1
  }
  return { lines, damaged }
}
