import { existsSync, readdirSync } from 'node:fs'
import type { Binaries } from '../src/db/binaries.ts'

const FOLDER = '/usr/lib/postgresql'

/** PostgreSQL of the Debian package `postgresql`, the oldest if there are several; undefined without it. */
export function debianBinaries(): Binaries | undefined {
  if (!existsSync(FOLDER)) return undefined
  const versions = readdirSync(FOLDER).toSorted((a, b) => Number(a) - Number(b))
  const bin = versions.map((version) => `${FOLDER}/${version}/bin`).find((folder) => existsSync(`${folder}/initdb`))
  return bin ? { postgres: `${bin}/postgres`, initdb: `${bin}/initdb`, pg_ctl: `${bin}/pg_ctl` } : undefined
}
