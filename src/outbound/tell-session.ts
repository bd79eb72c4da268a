import type { Task } from 'graphile-worker'
import type { Pool } from 'pg'
import { secretNames } from '../connectors/connector.ts'
import { connectorOf } from '../connectors/registry.ts'
import { sendFailures, type Http, type SessionNews } from '../connectors/sending.ts'
import { toTypeId } from '../ids.ts'
import { decryptConfig } from '../record/secrets.ts'
import { findNotice, type NoticeJob, type SessionNotice } from '../record/session-notices.ts'

/**
 * The job that tells a channel's platform of a session's end or new owner, where the connector has `tell`. It is told at least once; what
 * the platform refuses is not told again.
 */
export const tellSession = ({ pool, secret, http }: { pool: Pool; secret: Buffer; http: Http }): Task => async payload => {
  const notice = await findNotice(pool, payload as NoticeJob)
  const connector = notice && connectorOf(notice.channel.type)
  if (!notice?.to || !notice.channel.isActive || !connector?.tell) return
  const config = decryptConfig(notice.channel.config, secretNames(connector), secret)
  const result = await connector.tell(newsOf(notice), { to: notice.to, attemptAt: new Date() }, config, http)
  if (!result.ok && sendFailures[result.failure].retry) throw new Error(`A session’s news is not told yet: ${result.detail}`)
}

function newsOf({ id, at, sessionId, kind, endedBy, owner }: SessionNotice): SessionNews {
  const news = { id: toTypeId('se', id), at, sessionId: toTypeId('ms', sessionId) }
  return kind === 'OwnerChanged'
    ? { ...news, kind: 'session.owner-changed', owner: owner && { ...owner, id: toTypeId('op', owner.id) } }
    : { ...news, kind: 'session.ended', endedBy }
}
