#!/usr/bin/env node
// The command line. Plain JavaScript, because any Node from 20 on has to run it: it goes on with the Node that Muster needs.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const ownNode = join(root, 'node_modules/.bin/node')

if (!existsSync(join(root, 'node_modules'))) {
  // What the command prints may be read by a program, so what the installation says goes to stderr.
  const { status } = spawnSync(process.execPath, [join(root, 'bin/install.js')], { stdio: ['inherit', 2, 'inherit'] })
  if (status !== 0) process.exit(status ?? 1)
}

const node = existsSync(ownNode) ? ownNode : process.execPath
// What `npm start` gives Node before the name of the program, but from any folder.
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const flags = scripts.start.split(' ').slice(1, -1).map(flag => flag.startsWith('./') ? pathToFileURL(join(root, flag)).href : flag)
const child = spawn(node, [...flags, join(root, 'src/cli/main.ts'), ...process.argv.slice(2)], { stdio: 'inherit' })
// A terminal's Ctrl-C reaches both; other signals reach only this process.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => signal !== 'SIGINT' && child.kill(signal))
child.on('error', (error) => {
  console.error(error.message)
  process.exit(1)
})
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
