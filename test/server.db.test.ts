import { expect, inject, it } from 'vitest'
import { debianBinaries } from './debian.ts'
import { testDatabase } from './database.ts'

it('is the embedded PostgreSQL or the system\'s, as an ordinary role', async () => {
  const { pool, drop } = await testDatabase()
  const { rows } = await pool.query(
    `select current_setting('server_version') as version, current_setting('is_superuser') as is_superuser`,
  )
  const debian = debianBinaries()?.postgres.split('/')[4]
  expect(rows[0].version).toMatch(inject('project') === 'db-debian' ? new RegExp(`^${debian}\\b`) : /^18\b/)
  expect(rows[0].is_superuser).toBe('off')
  await drop()
})
