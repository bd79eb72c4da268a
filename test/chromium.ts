import { existsSync } from 'node:fs'

const PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** The browser of this machine; undefined if there is none. `CHROMIUM_PATH` goes before the usual places. */
export function findChromium(): string | undefined {
  const own = process.env.CHROMIUM_PATH
  return (own ? [own] : PATHS).find((path) => existsSync(path))
}

/** The browser that end-to-end tests use. @throws {Error} saying what to do if there is none. */
export function chromiumPath(): string {
  const path = findChromium()
  if (!path) throw new Error('There is no Chromium on this machine. Install it, or set CHROMIUM_PATH to its program.')
  return path
}

/** The browser asks for nothing on its own, and starts without a sandbox, as in containers. */
export const quiet = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run']
