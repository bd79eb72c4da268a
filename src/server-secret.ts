import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from './config.ts'

/**
 * The 32 bytes that everything secret is derived from: `MUSTER_SECRET`, else the file `secret` in the data folder, made at the
 * first start. Whoever loses it loses the stored platform secrets, so it belongs in the back-up.
 * @throws {Error} if it has not 32 bytes.
 */
export function serverSecret(config: Pick<Config, 'secret' | 'dataDir'>): Buffer {
  if (config.secret) return decoded(config.secret, 'MUSTER_SECRET')
  const file = join(config.dataDir, 'secret')
  if (!existsSync(file)) {
    mkdirSync(config.dataDir, { recursive: true })
    writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' })
  }
  return decoded(readFileSync(file, 'utf8').trim(), file)
}

function decoded(text: string, where: string): Buffer {
  const bytes = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64')
  if (bytes.length !== 32) throw new Error(`${where} must hold 32 bytes, as 64 hexadecimal digits or in base64`)
  return bytes
}
