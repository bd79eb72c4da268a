import type { PoolClient } from 'pg'

/** What another system calls a record. */
export interface ExternalId {
  system: string
  externalId: string
}
export type RecordObject = 'individual' | 'account'
export interface ExternalIdClaim extends ExternalId {
  recordId: string
}

export const keyOf = ({ system, externalId }: ExternalId): string => `${system} ${externalId}`

/** SQL for the external ids of the record with the id in `column`, as JSON. */
export const externalIdsOf = (object: RecordObject, column: string): string => `
  coalesce((select json_agg(json_build_object('system', e.system, 'externalId', e.external_id) order by e.system collate "C", e.external_id)
    from external_ids e where e.object = '${object}' and e.record_id = ${column}), '[]')`

/**
 * Gives external ids to records, as far as nobody has them yet. Of two who claim one at once the second waits for the first to commit.
 * @returns by `keyOf`: whose they are now
 */
export async function claimExternalIds(client: PoolClient, object: RecordObject, claims: ExternalIdClaim[]): Promise<Map<string, string>> {
  if (claims.length === 0) return new Map()
  const ids = [claims.map(claim => claim.system), claims.map(claim => claim.externalId)]
  // In one order everywhere, so that two do not wait for each other.
  await client.query(`
    insert into external_ids (object, system, external_id, record_id)
    select $1, system, external_id, record_id from unnest($2::text[], $3::text[], $4::uuid[]) as i(system, external_id, record_id)
    order by system collate "C", external_id collate "C"
    on conflict do nothing`, [object, ...ids, claims.map(claim => claim.recordId)])
  const { rows } = await client.query<ExternalIdClaim>(`
    select system, external_id as "externalId", record_id as "recordId" from external_ids
    where object = $1 and (system, external_id) in (select * from unnest($2::text[], $3::text[]))`, [object, ...ids])
  return new Map(rows.map(row => [keyOf(row), row.recordId]))
}

/** Takes external ids away, so that other records can have them. */
export async function releaseExternalIds(client: PoolClient, object: RecordObject, ids: ExternalId[]): Promise<void> {
  if (ids.length === 0) return
  await client.query(`
    delete from external_ids where object = $1 and (system, external_id) in (select * from unnest($2::text[], $3::text[]))`,
  [object, ids.map(id => id.system), ids.map(id => id.externalId)])
}
