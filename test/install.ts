// Installs what tests need of the system and lack: a browser, an older PostgreSQL, an SMS gateway, and an XMPP server. Only root on
// Debian can; elsewhere it says what is missing.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { findChromium } from './chromium.ts'
import { debianBinaries } from './debian.ts'
import { hasKannel } from './kannel.ts'
import { hasProsody } from './prosody.ts'

const missing = [
  ...(findChromium() ? [] : ['chromium']), ...(debianBinaries() ? [] : ['postgresql']), ...(hasKannel() ? [] : ['kannel', 'kannel-extras']),
  ...(hasProsody() ? [] : ['prosody']),
]

if (missing.length > 0) {
  const names = missing.join(' and ')
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log(`Installing ${names} …`)
    const done = apt('update') && apt('install', '-y', '--no-install-recommends', ...missing)
    if (!done) console.error(`The packages ${names} could not be installed.`)
  } else {
    console.error(`Some tests need ${names}. On Debian: apt-get install ${missing.join(' ')}`)
  }
}

function apt(...args: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync('apt-get', ['-qq', ...args], { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0
}
