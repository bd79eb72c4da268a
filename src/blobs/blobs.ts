import { join } from 'node:path'
import { folderBlobs } from './folder.ts'
import { s3Blobs, type S3Settings } from './s3.ts'

/**
 * Where the bytes of files are, apart from the database. The key of a blob is the SHA-256 of its bytes, in hex: the same file is kept
 * once, and nothing is ever overwritten with something else.
 */
export interface Blobs {
  /** Durable when it returns; the buffer is the caller's again then. @throws {Error} when the store cannot take it */
  put(key: string, bytes: Buffer): Promise<void>
  /** @returns undefined when there is none. @throws {Error} when the store does not answer */
  get(key: string): Promise<Buffer | undefined>
  /** That there is none is no error. */
  delete(key: string): Promise<void>
}

/** In the data folder, or in a bucket. */
export const openBlobs = ({ dataDir, blobs }: { dataDir: string; blobs?: S3Settings }): Blobs =>
  blobs ? s3Blobs(blobs) : folderBlobs(join(dataDir, 'blobs'))
