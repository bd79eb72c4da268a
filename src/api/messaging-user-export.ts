import type { MessagingUser } from '../contract/messaging-users.ts'
import { connectorOf } from '../connectors/registry.ts'
import { ExportQuery } from '../contract/imports.ts'
import type { Api, ApiDeps } from './app.ts'
import { csvHeaders, csvStream } from './csv-stream.ts'
import { selectUsers, showUser, type UserRow } from './messaging-user-row.ts'
import { parameters, where } from './parameters.ts'
import { userConditions } from './user-filter.ts'

const PAGE = 2000
const FIRST = '00000000-0000-0000-0000-000000000000'

/** As in the list, with where the consent comes from, so that the import takes the file. */
const columns = ['id', 'channelId', 'channelName', 'channelType', 'messageType', 'platformKey', 'externalId', 'name', 'nameSource', 'consentStatus',
  'consentSource', 'consentAt', 'isFullyOptedIn', 'locale', 'language', 'isoCountryCode', 'profilePictureUrl', 'hasInitialResponseSent', 'contactId',
  'accountId', 'leadId', 'employeeId', 'personAccountId', 'ownerId', 'isShared', 'blocked', 'blockedReason', 'blockedUntil', 'consentPendingUntil',
  'firstMessageAt', 'lastMessageAt', 'sessionCount', 'messageCount', 'createdAt', 'updatedAt'] as const satisfies (keyof MessagingUser | 'consentSource' | 'consentAt')[]

type Row = UserRow & { consent_since: Date | null; consent_source: string | null }

/** Messaging users as a CSV file of any size. */
export function messagingUserExportRoutes(api: Api, { pool }: ApiDeps): void {
  api.get('/messaging-users/export', {
    config: { access: { role: 'viewer', scope: 'messaging-users:read' } },
    schema: {
      tags: ['messaging-users'], summary: 'Export messaging users as CSV', querystring: ExportQuery,
      description: 'With the filters of the list. `consentSource` says where the consent comes from. A cell that a spreadsheet would run as a formula '
        + 'begins with an apostrophe. The import takes such files.',
    },
  }, ({ query }, reply) => reply.headers(csvHeaders('messaging-users')).send(csvStream([...columns], (async function* () {
    for (let after = FIRST; ;) {
      const { values, $ } = parameters()
      const conditions = [...userConditions(query, $), `u.id > ${$(after)}`]
      const { rows } = await pool.query<Row>(`
        select * from (${selectUsers} ${where(conditions)} order by u.id limit ${$(PAGE)}) u
        left join lateral (
          select coalesce(e.note, e.words, e.source) as consent_source from consent_events e
          where e.messaging_user_id = u.id and e.purpose = 'all' order by e.number desc limit 1
        ) e on true order by u.id`, values)
      if (rows.length === 0) return
      yield rows.map(row => {
        const shown = {
          ...showUser(row, connectorOf(row.channel_type)?.messageType ?? 'Custom'),
          consentSource: row.consent_status && row.consent_source, consentAt: row.consent_status && (row.consent_since?.toISOString() ?? null),
        }
        return columns.map(column => shown[column])
      })
      after = rows.at(-1)!.id
    }
  })())))
}
