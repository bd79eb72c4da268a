import type { TaskList } from 'graphile-worker'
import type { Pool } from 'pg'
import { applyLinkRules } from '../record/link-rules.ts'
import { continueLinkRun, failLinkRun, LINK_INDIVIDUALS, LINK_USERS, RUN_LINK_RULES, usersOfIndividuals } from '../record/link-runs.ts'
import type { Changes } from './changes.ts'

/** The jobs that link: new messaging users, whoever a changed individual could be, and everybody on demand. */
export function linkTasks(pool: Pool, changes: Pick<Changes, 'publishUsers'>): TaskList {
  const link = async (userIds: string[]) => {
    if (userIds.length > 0) changes.publishUsers((await applyLinkRules(pool, userIds, { guesses: true })).changed)
  }
  return {
    [LINK_USERS]: payload => link((payload as { userIds: string[] }).userIds),
    [LINK_INDIVIDUALS]: async payload => link(await usersOfIndividuals(pool, (payload as { individualIds: string[] }).individualIds)),
    [RUN_LINK_RULES]: async (payload, { job }) => {
      const { runId } = payload as { runId: string }
      try {
        await continueLinkRun(pool, runId, users => changes.publishUsers(users))
      } catch (error) {
        if (job.attempts >= job.max_attempts) await failLinkRun(pool, runId)
        throw error
      }
    },
  }
}
