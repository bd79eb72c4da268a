import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Blobs } from './blobs.ts'

/** Blobs as files that their owner alone can read, in a folder for each first two digits of their keys. */
export function folderBlobs(folder: string): Blobs {
  const placeOf = (key: string) => join(folder, key.slice(0, 2))
  return {
    async put(key, bytes) {
      const place = placeOf(key)
      const file = join(place, key)
      if (await isThere(file)) return
      await mkdir(place, { recursive: true, mode: 0o700 })
      const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`
      try {
        await writeDurably(temporary, bytes)
        await rename(temporary, file)
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
      for (const changed of [place, folder]) await syncFolder(changed)
    },
    get: key => readFile(join(placeOf(key), key)).catch(undefinedIfAbsent),
    delete: key => rm(join(placeOf(key), key), { force: true }),
  }
}

/** A file has its name only once it is whole. */
const isThere = async (file: string) => (await stat(file).catch(undefinedIfAbsent)) !== undefined

async function writeDurably(file: string, bytes: Buffer): Promise<void> {
  const handle = await open(file, 'wx', 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function undefinedIfAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
