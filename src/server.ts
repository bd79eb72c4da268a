import { join } from 'node:path'
import { Counter, Gauge } from 'prom-client'
import { buildApp, type App } from './api/app.ts'
import { openBlobs } from './blobs/blobs.ts'
import type { Config } from './config.ts'
import { knowsAllLetters, openDatabase } from './db/database.ts'
import { migrate } from './db/migrate.ts'
import { FileStore } from './imports/storage.ts'
import { importTasks } from './imports/work.ts'
import { chatDoor } from './inbound/chat.ts'
import { webhookDoor } from './inbound/door.ts'
import { Inbound } from './inbound/inbound.ts'
import type { QueueOptions } from './inbound/queue.ts'
import { Attachments } from './outbound/attachments.ts'
import { createChanges } from './outbound/changes.ts'
import { clockTasks, clockTimes } from './outbound/clock.ts'
import { download } from './outbound/download.ts'
import { fetchProfile } from './outbound/fetch-profile.ts'
import { http } from './outbound/http.ts'
import { startJobs } from './outbound/jobs.ts'
import { Pace } from './outbound/pace.ts'
import { linkTasks } from './outbound/link-jobs.ts'
import { refusalOf } from './outbound/refusal.ts'
import { sendMessage } from './outbound/send-message.ts'
import { showTyping } from './outbound/show-typing.ts'
import { tellSession } from './outbound/tell-session.ts'
import { ChannelCounts } from './record/channel-counts.ts'
import { DELETE_BLOB, FETCH_ATTACHMENT } from './record/attachments.ts'
import { recordOptOutByCarrier } from './record/consent/carrier.ts'
import { resumeImports } from './record/imports/imports.ts'
import { SEND_MESSAGE } from './record/outbox.ts'
import { TELL_SESSION } from './record/session-notices.ts'
import { REKEY_PHONES, rekeyTask, requestRekeying } from './record/phone/rekey.ts'
import { FETCH_PROFILE } from './record/profile-requests.ts'
import { serverSecret } from './server-secret.ts'

export interface Server {
  /** Where people open the console, without a trailing slash. */
  url: string
  /** One-time sign-in link, as long as nobody has chosen a password. */
  signInLink: string | undefined
  /** Takes no more requests, commits what was taken in, and closes the database. */
  stop(): Promise<void>
}

/** Other sizes of the queue, for comparisons and tests. */
export type Tuning = Pick<QueueOptions, 'lanes' | 'maxBatch' | 'patienceMs'> & { spoolBytes?: number; countsFlushMs?: number }

/**
 * Starts everything on one port.
 * @throws {Error} with words for the operator if something is in the way
 */
export async function startServer(config: Config, tuning: Tuning = {}): Promise<Server> {
  const secret = serverSecret(config)
  const database = await openDatabase(config)
  const cleanups: (() => Promise<void>)[] = [() => database.stop()]
  const stop = async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
  }
  try {
    await migrate(database.connection)
    const changes = await createChanges(database.connection, database.pool)
    cleanups.push(() => changes.stop())
    const { spoolBytes, countsFlushMs, ...queue } = tuning
    const counts = new ChannelCounts(database.pool, countsFlushMs)
    cleanups.push(() => counts.flush())
    const spool = { folder: join(config.dataDir, 'spool'), ...(spoolBytes && { maxBytes: spoolBytes }) }
    const inbound = new Inbound(database, { namedStatements: config.namedStatements, secret, changes, counts, spool, ...queue })
    cleanups.push(() => inbound.stop())
    await inbound.directory.load() // a wrong secret shows now, not at the first webhook

    const { pool } = database
    const blobs = openBlobs(config)
    const attachments = new Attachments({ pool, secret, blobs, http, download, changes })

    let url = ''
    const door = webhookDoor({ inbound, publicUrl: config.publicUrl },
      (level, details, message) => app.log[level](details, message),
      (method, status, seconds) => app.observe(method, '/webhooks/:channelId', status, seconds))
    const { app, signInLink } = await buildApp({
      pool: database.pool, secret, publicUrl: () => url, changes, inbound, attachments, blobs, door, showTyping: showTyping({ secret, http, counts }),
      logger: { level: config.logLevel, redact: redacted },
    })
    await app.register(chatDoor, { inbound, publicUrl: config.publicUrl, pool: database.pool, changes })
    cleanups.push(() => app.close())
    const jobs = await startJobs(database, {
      tasks: {
        ...clockTasks(pool, changes),
        ...linkTasks(pool, changes),
        ...importTasks({ pool, store: new FileStore(pool, blobs), changes }),
        [TELL_SESSION]: tellSession({ pool, secret, http }),
        [SEND_MESSAGE]: sendMessage({
          pool, secret, publicUrl: config.publicUrl, changes, http, pace: new Pace(), counts, refusalOf: refusalOf(pool), recordOptOutByCarrier,
        }),
        [FETCH_ATTACHMENT]: attachments.fetchTask,
        [DELETE_BLOB]: attachments.deleteTask,
        [REKEY_PHONES]: rekeyTask(pool, done => app.log.info({ done }, 'phone numbers get new keys')),
        [FETCH_PROFILE]: fetchProfile({ pool, secret, http, learn: news => inbound.learn(news) }),
      },
      crontab: clockTimes, namedStatements: config.namedStatements, log: (level, details, message) => app.log[level](details, message),
    })
    cleanups.push(() => jobs.stop())
    await resumeImports(pool)
    await requestRekeying(pool)
    if (!await knowsAllLetters(pool)) app.log.warn('The database was made with LC_CTYPE C: names in other scripts than the Latin one are searched slowly (docs/operations.md)')
    inbound.start((level, details, message) => app.log[level](details, message))
    app.metrics.registerMetric(eventCounter(counts))
    app.metrics.registerMetric(spoolGauge(inbound))
    // Made before the server answers, for whoever waits for that and then reads the log; but with port 0 the address is not known before.
    url = config.publicUrl ?? addressOf(config, config.port)
    let link = config.port === 0 ? undefined : await signInLink()
    const port = await listen(app, config)
    if (config.port === 0) {
      url = config.publicUrl ?? addressOf(config, port)
      link = await signInLink()
    }
    return { url, signInLink: link, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const eventCounter = (counts: ChannelCounts) => new Counter({
  name: 'muster_channel_events_total', help: 'What happened on channels: see the health of a channel', labelNames: ['type', 'outcome'], registers: [],
  collect() {
    this.reset()
    for (const { type, outcome, count } of counts.totals()) this.inc({ type, outcome }, count)
  },
})

const spoolGauge = (inbound: Inbound) => new Gauge({
  name: 'muster_spooled_bytes', help: 'Events on disk that wait for the database', registers: [],
  collect() {
    this.set(inbound.spooledBytes)
  },
})

const redacted = ['req.headers.authorization', 'req.headers.cookie']

/** @returns the port, which is another one than the configured 0 */
async function listen(app: App, { host, port }: Config): Promise<number> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new Error(`Port ${port} is taken by another program: choose another, e.g. PORT=${port + 1} npm start`, { cause: error })
  }
  const address = app.server.address()
  return typeof address === 'object' && address ? address.port : port
}

const addressOf = ({ host }: Config, port: number) => `http://${['127.0.0.1', '0.0.0.0', '::1', '::'].includes(host) ? 'localhost' : host}:${port}`
