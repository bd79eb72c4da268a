import type { Pool } from 'pg'

const isLive = 'i.merged_into is null and i.deleted_at is null'
const ofIndividuals = (table: string, condition: string) => `
  select p.match_key from ${table} p join individuals i on i.id = p.individual_id and ${isLive} and i.converted_into is null
  where ${condition} group by p.match_key, i.kind having count(distinct i.id) > 1`

/** What several records that could be merged have in common. */
const shared = {
  email: ofIndividuals('individual_emails', 'true'),
  phone: ofIndividuals('individual_phones', 'p.match_key is not null and not p.is_shared'),
  name: `select lower(i.name) from accounts i where ${isLive} group by 1 having count(*) > 1`,
}

/**
 * Brings the table `shared_keys` in line with the records. What is written notes its keys itself, but for two that are written at the
 * very same moment, and nothing takes away those that are of one record by now. Takes some seconds for a million individuals.
 */
export async function tidySharedKeys(pool: Pool): Promise<void> {
  for (const [source, keys] of Object.entries(shared)) {
    await pool.query(`
      with now as materialized (select distinct k.key from (${keys}) k(key)), gone as (
        delete from shared_keys s where s.source = $1 and not exists (select from now where now.key = s.key)
      )
      insert into shared_keys select $1, key from now on conflict do nothing`, [source])
  }
}
