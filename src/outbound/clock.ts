import type { TaskList } from 'graphile-worker'
import type { Pool } from 'pg'
import { pruneCounts } from '../record/channel-counts.ts'
import { expirePending } from '../record/consent/change.ts'
import { pruneInbound } from '../record/prune.ts'
import { tidySharedKeys } from '../record/shared-keys.ts'
import { sweepSessions } from '../record/session-changes.ts'
import type { Changes } from './changes.ts'

/** When the tasks below run, as `JobOptions` has it. One that fails is not joined by others: the next takes its place. */
export const clockTimes = `
* * * * * sweep-sessions ?jobKey=sweep-sessions
* * * * * expire-opt-ins ?jobKey=expire-opt-ins
17 3 * * * prune-inbound ?jobKey=prune-inbound
27 3 * * * tidy-shared-keys ?jobKey=tidy-shared-keys
37 3 * * * prune-imports ?jobKey=prune-imports
`

/** What the clock makes happen. */
export function clockTasks(pool: Pool, changes: Pick<Changes, 'publishUsers'>): TaskList {
  return {
    'sweep-sessions': async () => changes.publishUsers(await sweepSessions(pool, new Date())),
    'expire-opt-ins': async () => changes.publishUsers(await expirePending(pool, new Date())),
    'prune-inbound': async () => {
      await pruneInbound(pool, new Date())
      await pruneCounts(pool)
    },
    'tidy-shared-keys': () => tidySharedKeys(pool),
  }
}
