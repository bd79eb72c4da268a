import { createHash, randomFillSync } from 'node:crypto'
import type { Pool } from 'pg'
import type { Blobs } from '../blobs/blobs.ts'
import { addPart, forgetParts, partsFrom, replaceParts, type Part } from '../record/imports/imports.ts'

/** Bytes of a part: what is in memory of a file at a time. */
const PART_BYTES = 2 ** 20
/** What is given to a reader at once: a millisecond or two of work, in which nobody else is served. */
const SLICE_BYTES = 32 * 1024
/** Before each part is something random: no two parts are the same blob, so each can be deleted. */
const HEAD_BYTES = 16

/** Where files are kept until they are imported: in parts, in the blob store. */
export class FileStore {
  readonly #pool: Pool
  readonly #blobs: Blobs

  constructor(pool: Pool, blobs: Blobs) {
    this.#pool = pool
    this.#blobs = blobs
  }

  /** Keeps a file. @returns its size in bytes */
  async write(id: string, source: AsyncIterable<Buffer>): Promise<number> {
    return this.#write(id, source, 0)
  }

  /** Puts another file in the place of one. @returns its size in bytes */
  async replace(id: string, change: (source: AsyncIterable<Buffer>) => AsyncIterable<Buffer>): Promise<number> {
    const old = await partsFrom(this.#pool, id, 0)
    const behind = old.reduce((sum, { size }) => sum + size, 0)
    const size = await this.#write(id, change(this.#readParts(old, 0)), behind)
    await replaceParts(this.#pool, id, behind, blob => this.#blobs.delete(blob))
    return size
  }

  async #write(id: string, source: AsyncIterable<Buffer>, begin: number): Promise<number> {
    let byte = begin
    const part = Buffer.alloc(HEAD_BYTES + PART_BYTES) // one for the whole file: a new one each time is only freed when V8 gets round to it
    let end = HEAD_BYTES
    const flush = async () => {
      const size = end - HEAD_BYTES
      if (size === 0) return
      const bytes = randomFillSync(part, 0, HEAD_BYTES).subarray(0, end)
      const blob = createHash('sha256').update(bytes).digest('hex')
      await addPart(this.#pool, id, { byte, size, blob }) // noted first: what is noted can be deleted
      await this.#blobs.put(blob, bytes)
      byte += size
      end = HEAD_BYTES
    }
    for await (const bytes of source) {
      for (let at = 0; at < bytes.length;) {
        const copied = bytes.copy(part, end, at)
        at += copied
        end += copied
        if (end === part.length) await flush()
      }
    }
    await flush()
    return byte - begin
  }

  /** A file from a byte on. @throws {MissingError} when a part is not there any more */
  async* read(id: string, from = 0): AsyncGenerator<Buffer> {
    yield* this.#readParts(await partsFrom(this.#pool, id, from), from)
  }

  async* #readParts(parts: Part[], from: number): AsyncGenerator<Buffer> {
    for (const { byte, blob } of parts) {
      const bytes = await this.#blobs.get(blob)
      if (!bytes) throw new MissingError('The file is not in the store any more')
      for (let at = HEAD_BYTES + Math.max(0, from - byte); at < bytes.length; at += SLICE_BYTES) yield bytes.subarray(at, at + SLICE_BYTES)
    }
  }

  async delete(id: string): Promise<void> {
    await forgetParts(this.#pool, id, blob => this.#blobs.delete(blob))
  }
}

export class MissingError extends Error {
  override name = 'MissingError'
}
