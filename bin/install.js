// Installs what is missing, so that `npm start` and `npm test` work on a fresh machine: the packages, Node 24 among them,
// with --console the built console and chat, and with --test what tests need of the system.
// Plain JavaScript, because any Node from 20 on has to run it.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bin = join(root, 'node_modules/.bin')
const ownNode = join(bin, 'node')

if (!isInstalled()) {
  console.log('Installing packages …')
  // Not `npm ci`: it refuses a lock file that does not list the optional packages of every platform.
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'])
  // It cannot run everywhere, Alpine Linux for one; the machine's own Node may be new enough.
  if (existsSync(ownNode) && spawnSync(ownNode, ['--version']).status !== 0) rmSync(ownNode)
}
if (!existsSync(ownNode) && Number.parseInt(process.versions.node) < 24) {
  const platform = `${process.platform}-${process.arch}`
  fail(`Muster needs Node 24 or newer. This is Node ${process.version}, and there is no package of Node for ${platform}.`)
}
if (process.argv.includes('--console')) {
  for (const name of ['console', 'chat']) build(name)
}
if (process.argv.includes('--test')) run('node', ['test/install.ts'])

// npm lists what it has installed when it is done. Packages for other platforms are in the lock file alone.
function isInstalled() {
  const installedFile = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(installedFile)) return false
  const installed = packagesOf(installedFile)
  return Object.entries(packagesOf(join(root, 'package-lock.json'))).every(([path, wanted]) => {
    if (path === '') return true
    return installed[path] ? installed[path].version === wanted.version : wanted.optional || wanted.devOptional
  })
}

function packagesOf(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages
}

function build(name) {
  const folder = join(root, name)
  if (!existsSync(join(folder, 'vite.config.ts'))) return
  const stamp = join(folder, 'dist/.built')
  const sources = [...filesOf(folder), ...filesOf(join(root, 'src/contract')), join(root, 'package-lock.json')]
  if (existsSync(stamp) && sources.every((file) => statSync(file).mtimeMs <= statSync(stamp).mtimeMs)) return
  console.log(`Building the ${name} …`)
  run('vite', ['build', name, '--logLevel', 'warn'])
  writeFileSync(stamp, '')
}

// All files below a folder, except what is built from them.
function filesOf(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (!entry.isDirectory()) return [path]
    return ['dist', 'node_modules'].includes(entry.name) ? [] : filesOf(path)
  })
}

function run(command, args) {
  const path = `${bin}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`
  const { status, error } = spawnSync(command, args, {
    cwd: root, stdio: 'inherit', env: { ...process.env, PATH: path }, shell: process.platform === 'win32',
  })
  if (status !== 0) fail(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`)
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
