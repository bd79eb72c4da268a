import { createHash } from 'node:crypto'
import type { Task } from 'graphile-worker'
import type { Pool } from 'pg'
import type { Blobs } from '../blobs/blobs.ts'
import { secretNames } from '../connectors/connector.ts'
import { ForbiddenAddressError, type Download, type FileAnswer, type NoFile } from '../connectors/files.ts'
import { connectorOf } from '../connectors/registry.ts'
import type { Http } from '../connectors/sending.ts'
import { deleteBlob, findAttachment, giveUpAttachment, storeAttachment, type Attachment } from '../record/attachments.ts'
import { decryptConfig } from '../record/secrets.ts'
import type { Changes } from './changes.ts'
import { fileType } from './file-type.ts'

/** Larger files stay with the platform. */
const ATTACHMENT_MAX_BYTES = 25 * 1024 * 1024
/** Files that are fetched at a time: each is in memory while it is. */
const AT_A_TIME = 4

type Missing = NoFile | { failure: 'too_large'; detail: string }
const tooLarge: Missing = { failure: 'too_large', detail: `It is larger than ${ATTACHMENT_MAX_BYTES / 1024 / 1024} MB` }

/** The file can be had, but not now. The message is for whoever asked. */
export class AttachmentUnavailableError extends Error {
  override name = 'AttachmentUnavailableError'
}

export interface AttachmentOptions {
  pool: Pool
  /** The server's, which the channels' secrets are encrypted with. */
  secret: Buffer
  blobs: Blobs
  http: Http
  download: Download
  changes: Pick<Changes, 'publishUsers'>
}

/** Files that people send: fetched from their platforms once, and kept. */
export class Attachments {
  #options: AttachmentOptions
  #fetching = new Map<string, Promise<void>>()

  constructor(options: AttachmentOptions) {
    this.#options = options
  }

  /**
   * A file as it is now, fetched before if it waits for that.
   * @param id uuid
   * @returns undefined when there is no such attachment; `bytes` if its state is `stored`
   * @throws {AttachmentUnavailableError} when the platform, the blob store or we are too busy, or the channel's settings do not suffice
   */
  async open(id: string): Promise<{ attachment: Attachment; bytes: Buffer | undefined } | undefined> {
    const { pool, blobs } = this.#options
    let attachment = await findAttachment(pool, id)
    if (attachment?.state === 'waiting') {
      await this.#fetchOnce(attachment)
      attachment = await findAttachment(pool, id)
    }
    if (!attachment) return undefined
    if (attachment.sha256 === null) return { attachment, bytes: undefined }
    const bytes = await blobs.get(attachment.sha256).catch(error => unavailable('The blob store does not answer', error))
    return { attachment, bytes: bytes ?? unavailable('The blob store has lost this file') }
  }

  /** The job that fetches what its platform keeps for a short time only. When it gives up, opening the file tries again. */
  readonly fetchTask: Task = async (payload, { job }) => {
    const attachment = await findAttachment(this.#options.pool, (payload as { attachmentId: string }).attachmentId)
    if (attachment?.state !== 'waiting') return
    try {
      await this.#fetchOnce(attachment)
    } catch (error) {
      if (job.attempts < job.max_attempts) throw error
    }
  }

  /** The job that deletes what nothing refers to any more. */
  readonly deleteTask: Task = async payload => {
    const { sha256 } = payload as { sha256: string }
    await deleteBlob(this.#options.pool, sha256, () => this.#options.blobs.delete(sha256))
  }

  async #fetchOnce(attachment: Attachment): Promise<void> {
    const { id } = attachment
    if (!this.#fetching.has(id)) {
      if (this.#fetching.size >= AT_A_TIME) unavailable('Too many files are being fetched')
      this.#fetching.set(id, this.#fetch(attachment).finally(() => this.#fetching.delete(id)))
    }
    await this.#fetching.get(id)
  }

  async #fetch(attachment: Attachment): Promise<void> {
    const { pool, blobs, changes } = this.#options
    const file = await this.#get(attachment)
    if ('failure' in file) {
      if (file.failure === 'misconfigured') unavailable(file.detail)
      await giveUpAttachment(pool, attachment, file.failure, file.detail)
    } else {
      const sha256 = createHash('sha256').update(file.bytes).digest('hex')
      await storeAttachment(pool, attachment, { sha256, size: file.bytes.length, mediaType: file.mediaType },
        () => blobs.put(sha256, file.bytes).catch(error => unavailable('The blob store does not answer', error)))
    }
    changes.publishUsers([{ userId: attachment.messagingUserId, channelId: attachment.channelId }])
  }

  async #get(attachment: Attachment): Promise<{ bytes: Buffer; mediaType: string } | Missing> {
    const answer = await this.#ask(attachment).catch((error): Missing => {
      if (error instanceof ForbiddenAddressError) return { failure: 'refused', detail: error.message }
      return unavailable('The platform could not be reached', error)
    })
    if ('failure' in answer) return answer
    const bytes = await readAll(answer)
    if (!bytes) return tooLarge
    const mediaType = fileType(bytes, attachment.part.mediaType ?? answer.headers['content-type'] ?? null)
    return mediaType ? { bytes, mediaType } : { failure: 'refused', detail: 'It is of a kind that Muster does not keep' }
  }

  async #ask({ part, channel }: Attachment): Promise<FileAnswer | Missing> {
    const { secret, http, download } = this.#options
    const connector = connectorOf(channel.type)
    if (!connector?.fetchAttachment) return { failure: 'misconfigured', detail: 'Muster cannot fetch files from this kind of channel' }
    if (part.size !== undefined && part.size > ATTACHMENT_MAX_BYTES) return tooLarge
    const config = decryptConfig(channel.config, secretNames(connector), secret)
    const answer = await connector.fetchAttachment(part, config, { http, download, now: new Date() })
    return 'failure' in answer || (answer.status >= 200 && answer.status < 300) ? answer : judged(answer)
  }
}

/** What an answer without a file means. @throws {Error} for what can pass by itself */
function judged({ status, discard }: FileAnswer): NoFile {
  discard()
  const detail = `The platform answered ${status}`
  if (status === 404 || status === 410) return { failure: 'gone', detail: 'The platform has it no more' }
  if (status === 401 || status === 403) return { failure: 'misconfigured', detail: `The channel’s settings do not allow it (${detail})` }
  if (status === 429 || status >= 500) throw new Error(detail)
  return { failure: 'refused', detail }
}

/** @returns undefined when there is more than can be kept. @throws {AttachmentUnavailableError} when it ends early */
async function readAll({ headers, body, discard }: FileAnswer): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  const announced = Number(headers['content-length'] ?? 0)
  try {
    if (announced <= ATTACHMENT_MAX_BYTES) {
      for await (const chunk of body) {
        size += chunk.length
        if (size > ATTACHMENT_MAX_BYTES) break
        chunks.push(chunk)
      }
    }
  } catch (error) {
    unavailable('The platform did not give all of it', error)
  }
  if (Math.max(announced, size) <= ATTACHMENT_MAX_BYTES) return Buffer.concat(chunks)
  discard()
  return undefined
}

function unavailable(message: string, cause?: unknown): never {
  throw new AttachmentUnavailableError(message, { cause })
}
