import { defineConfig } from 'vitest/config'
import { debianBinaries } from './test/debian.ts'

const common = {
  // Files that run in one process share what they import: each for itself, a sixth of the time would go into loading the same again.
  isolate: false,
  setupFiles: ['test/loopback-only.js'],
  // Processes that tests start stay on this machine as well.
  env: { NODE_OPTIONS: `--import ${new URL('test/loopback-only.js', import.meta.url).href}` },
  testTimeout: 20_000,
  hookTimeout: 30_000,
  // A job that just missed one round of its library comes with the next, two seconds later.
  expect: { poll: { timeout: 10_000 } },
}
const database = { ...common, include: ['{src,test}/**/*.db.test.ts'], globalSetup: 'test/server.ts' }

export default defineConfig({
  test: {
    // Most tests wait for a database or a browser: one file at a time would leave the machine half idle.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          ...common,
          name: 'unit',
          include: ['{src,console,chat,test,bin}/**/*.test.{ts,tsx}'],
          exclude: ['**/node_modules/**', '**/*.{db,e2e}.test.ts'],
        },
      },
      // What touches the database runs on the embedded PostgreSQL and on the system's, which is older.
      { test: { ...database, name: 'db-embedded' } },
      ...(hasDebianServer() ? [{ test: { ...database, name: 'db-debian' } }] : []),
      { test: { ...database, name: 'e2e', include: ['{src,test}/**/*.e2e.test.ts'], testTimeout: 60_000 } },
    ],
  },
})

function hasDebianServer(): boolean {
  if (debianBinaries()) return true
  if (process.env.CI === 'true') throw new Error('There is no PostgreSQL in /usr/lib/postgresql: install the package postgresql.')
  console.warn('Not tested against an older PostgreSQL: there is none in /usr/lib/postgresql (package postgresql).')
  return false
}
