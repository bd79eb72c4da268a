import type { Pool } from 'pg'
import type { Identifier } from '../contract/inbound-event.ts'
import { currentAddress } from './outbox.ts'
import type { ChannelConfig } from './secrets.ts'
import { runner, type Run, type Statement } from './statement.ts'

/** Name of the job that asks a platform about a person. */
export const FETCH_PROFILE = 'fetch-profile'
/** With the jobs' growing waits, about half an hour: profiles are worth no more. */
const ATTEMPTS = 7

/** What the job is given. */
export interface ProfileJob {
  /** uuid */
  messagingUserId: string
}

const request: Statement = {
  name: 'request_profiles',
  // In one order, so that two transactions that ask about the same people cannot wait for each other in a circle.
  text: `
    with due as (
      update messaging_users set profile_fetched_at = now()
      where id in (
        select id from messaging_users
        where id = any($1::uuid[]) and (profile_fetched_at is null or profile_fetched_at < now() - interval '1 day')
        order by id for no key update
      )
      returning id
    ), jobs as (
      select array_agg(row('${FETCH_PROFILE}', json_build_object('messagingUserId', id), null, null, ${ATTEMPTS}, 'profile-' || id, null, null)
        ::graphile_worker.job_spec) as specs
      from due having count(*) > 0
    )
    select 1 from jobs, graphile_worker.add_jobs(jobs.specs)`,
}

/** Has the platform asked about those it was not asked about for a day. Ids are uuids. */
export async function requestProfiles(run: Run, userIds: string[]): Promise<void> {
  await run(request, [userIds])
}

/** Somebody a platform is to be asked about. */
export interface ProfileSubject {
  channelId: string
  /** Where the person is reached now; null when they gave up every address they had here. */
  key: Identifier | null
  type: string
  isActive: boolean
  config: ChannelConfig
}

const find: Statement = {
  name: 'find_profile_subject',
  text: `
    select c.id as "channelId", c.type, c.is_active as "isActive", c.config,
           case when a.key is not null then json_build_object('kind', a.kind, 'key', a.key) end as key
    from messaging_users u join channels c on c.id = u.channel_id
    left join lateral (${currentAddress}) a on true
    where u.id = $1 and not c.is_simulated`,
}

/** @returns undefined when there is no such messaging user any more */
export async function profileSubject(pool: Pool, { messagingUserId }: ProfileJob): Promise<ProfileSubject | undefined> {
  return (await runner(pool, false)<ProfileSubject>(find, [messagingUserId]))[0]
}
