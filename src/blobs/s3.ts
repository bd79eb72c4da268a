import { AwsClient } from 'aws4fetch'
import type { Blobs } from './blobs.ts'

export interface S3Settings {
  /** Without a trailing slash. */
  endpoint: string
  bucket: string
  /** What the names of Muster's objects begin with: empty, or ending with a slash. */
  prefix: string
  region: string
  accessKeyId: string
  secretAccessKey: string
}

const TIMEOUT_MS = 60_000
/** Of an answer that refuses, as much as an operator wants to read. */
const ANSWER_MAX = 300

/** Blobs as objects of a bucket, in anything that speaks Amazon's S3 with the bucket in the path. */
export function s3Blobs({ endpoint, bucket, prefix, region, accessKeyId, secretAccessKey }: S3Settings): Blobs {
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 2 })
  const call = async (method: string, key: string, bytes?: Buffer) => {
    const response = await client.fetch(`${endpoint}/${bucket}/${prefix}${key}`, {
      method, signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error',
      // The key is the hash of the bytes: the store checks that it got them whole.
      ...(bytes && { body: new Uint8Array(bytes), headers: { 'x-amz-content-sha256': key, 'content-type': 'application/octet-stream' } }),
    })
    if (response.ok || response.status === 404) return response
    throw new Error(`The blob store answered ${response.status}: ${(await response.text()).slice(0, ANSWER_MAX)}`)
  }
  return {
    async put(key, bytes) {
      const { status } = await call('PUT', key, bytes)
      if (status === 404) throw new Error(`The blob store has no bucket ${bucket}`)
    },
    async get(key) {
      const response = await call('GET', key)
      return response.status === 404 ? undefined : Buffer.from(await response.arrayBuffer())
    },
    async delete(key) {
      await call('DELETE', key)
    },
  }
}
