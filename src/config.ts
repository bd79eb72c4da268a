import { resolve } from 'node:path'
import type { S3Settings } from './blobs/s3.ts'

/** What can be set from outside. Everything else is a channel's or the console's. */
export interface Config {
  /** Folder of the embedded database and the secret key. `MUSTER_DATA`, default `./data`. */
  dataDir: string
  /** An existing PostgreSQL 15+; undefined means the embedded one. `DATABASE_URL`. */
  databaseUrl: string | undefined
  /** False behind poolers that lose named statements. `MUSTER_NAMED_STATEMENTS=off`. */
  namedStatements: boolean
  /** `HOST`, default 127.0.0.1. */
  host: string
  /** `PORT`, default 8080; 0 takes a free one. */
  port: number
  /** The address people and platforms reach Muster at, without a trailing slash; undefined: derived from host and port. `PUBLIC_URL`. */
  publicUrl: string | undefined
  /** 32 bytes in hex or base64 that encrypt secrets; undefined: made once and kept in the data folder. `MUSTER_SECRET`. */
  secret: string | undefined
  /** Where files that people send are; undefined: in the data folder. `BLOBS_URL`, `BLOBS_KEY_ID`, `BLOBS_SECRET_KEY`. */
  blobs?: S3Settings | undefined
  /** `LOG_LEVEL`, default warn: refusals and faults. */
  logLevel: string
}

/** Reads the environment; the only place that does. @throws {Error} naming the variable that makes no sense. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const port = Number(env.PORT ?? 8080)
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`PORT must be a number from 0 to 65535, not ${env.PORT}`)
  const publicUrl = env.PUBLIC_URL?.replace(/\/+$/, '')
  if (publicUrl && !/^https?:\/\//.test(publicUrl)) throw new Error(`PUBLIC_URL must begin with http:// or https://, not ${env.PUBLIC_URL}`)
  return {
    dataDir: resolve(env.MUSTER_DATA ?? 'data'),
    databaseUrl: env.DATABASE_URL || undefined,
    namedStatements: env.MUSTER_NAMED_STATEMENTS !== 'off',
    host: env.HOST ?? '127.0.0.1',
    port,
    publicUrl: publicUrl || undefined,
    secret: env.MUSTER_SECRET || undefined,
    blobs: env.BLOBS_URL ? bucketOf(env.BLOBS_URL, env.BLOBS_KEY_ID, env.BLOBS_SECRET_KEY) : undefined,
    logLevel: env.LOG_LEVEL ?? 'warn',
  }
}

const BUCKET = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([\w/.-]*?))?\/*(?:\?(.*))?$/

function bucketOf(url: string, accessKeyId: string | undefined, secretAccessKey: string | undefined): S3Settings {
  const [, bucket, folder, query] = BUCKET.exec(url) ?? []
  const options = new URLSearchParams(query)
  const endpoint = options.get('endpoint')?.replace(/\/+$/, '') ?? ''
  if (!bucket || !/^https?:\/\/[^\s/?#@]+$/.test(endpoint)) {
    throw new Error(`BLOBS_URL must be s3://bucket?endpoint=https://…, with the region behind &region= where there are several, not ${url}`)
  }
  if (!accessKeyId || !secretAccessKey) throw new Error('BLOBS_URL needs BLOBS_KEY_ID and BLOBS_SECRET_KEY as well')
  return { endpoint, bucket, prefix: folder ? `${folder}/` : '', region: options.get('region') ?? 'us-east-1', accessKeyId, secretAccessKey }
}
