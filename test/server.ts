import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Client, type ClientConfig } from 'pg'
import type { TestProject } from 'vitest/node'
import { embeddedBinaries } from '../src/db/binaries.ts'
import { createCluster } from '../src/db/cluster.ts'
import { migrate } from '../src/db/migrate.ts'
import { chooseRunner, giveTo, runToEnd } from '../src/db/run-as.ts'
import { debianBinaries } from './debian.ts'
import { temporaryFolder } from './temporary-folder.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** To the server's `postgres` database, as an ordinary role that may create databases. */
    server: ClientConfig
    /** Name of the test project. */
    project: string
  }
}

/** The migrated database that test databases are copies of. */
export const TEMPLATE = 'muster_template'

/** Starts the server of a test project in a temporary folder, and stops it when the project's tests are done. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const debian = project.name === 'db-debian'
  const binaries = debian ? debianBinaries()! : await embeddedBinaries()
  const folder = temporaryFolder()
  const cluster = join(folder, 'postgres')
  const runner = chooseRunner(binaries.postgres, [folder])
  giveTo(runner, folder)

  const options = ['--auth=trust', '--no-sync']
  if (debian) await runToEnd(runner, binaries.initdb, ['-D', cluster, '-U', 'postgres', '--locale=C.UTF-8', ...options])
  else createCluster(runner, binaries, cluster, options)
  // Nothing here has to survive a crash; tests that are about crashes start a server of their own.
  const settings = `-c listen_addresses= -c unix_socket_directories='${folder}' -c fsync=off -c full_page_writes=off`
  await runToEnd(runner, binaries.pg_ctl, ['start', '-D', cluster, '-w', '-l', join(folder, 'log'), '-o', settings])

  const server = { host: folder, port: 5432, user: 'muster', database: 'postgres' }
  await query({ ...server, user: 'postgres' }, 'create role muster login createdb')
  await query(server, `create database ${TEMPLATE}`)
  await migrate({ ...server, database: TEMPLATE })
  project.provide('server', server)
  project.provide('project', project.name)

  return async () => {
    await runToEnd(runner, binaries.pg_ctl, ['stop', '-D', cluster, '-w', '-m', 'immediate'])
    rmSync(folder, { recursive: true })
  }
}

/** Runs one statement on a connection of its own. */
export async function query(connection: ClientConfig, sql: string): Promise<void> {
  const client = new Client(connection)
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
