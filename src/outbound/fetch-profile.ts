import type { Task } from 'graphile-worker'
import type { Pool } from 'pg'
import { secretNames } from '../connectors/connector.ts'
import { connectorOf } from '../connectors/registry.ts'
import type { Http } from '../connectors/sending.ts'
import type { EventOf } from '../record/event.ts'
import { profileSubject, type ProfileJob } from '../record/profile-requests.ts'
import { decryptConfig } from '../record/secrets.ts'

export interface ProfileOptions {
  pool: Pool
  /** The server's, which the channels' secrets are encrypted with. */
  secret: Buffer
  http: Http
  /** Takes over what was learned, as if the platform had told it by itself. */
  learn: (news: EventOf<'user.renamed'>) => Promise<unknown>
}

/**
 * The job that asks a platform about somebody who wrote. That it tells nothing (the person blocked the business, an app was not
 * reviewed for it) is common and ends the matter; a platform that is busy or away is asked again, and given up quietly.
 */
export const fetchProfile = ({ pool, secret, http, learn }: ProfileOptions): Task => async (payload, { job }) => {
  const subject = await profileSubject(pool, payload as ProfileJob)
  const connector = subject && connectorOf(subject.type)
  if (!subject?.isActive || !subject.key || !connector?.fetchProfile) return
  const { channelId, key } = subject
  try {
    const config = decryptConfig(subject.config, secretNames(connector), secret)
    const profile = await connector.fetchProfile(key, config, ifItAnswers(http))
    if (!profile) return
    // By the job's id: an attempt that is repeated after it succeeded is the same news.
    await learn({ channelId, event: { kind: 'user.renamed', eventId: `profile:${job.id}`, occurredAt: new Date(), user: { key }, profile } })
  } catch (error) {
    if (job.attempts < job.max_attempts) throw error
  }
}

/** For connectors, any answer but a profile is none; what can pass by itself is to be asked for again. */
const ifItAnswers = (http: Http): Http => async request => {
  const answer = await http(request)
  if (answer.status === 429 || answer.status >= 500) throw new Error(`A profile is not there yet: the platform answered ${answer.status}`)
  return answer
}
