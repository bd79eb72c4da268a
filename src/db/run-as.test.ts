import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/temporary-folder.ts'
import { chooseRunner, run } from './run-as.ts'

const isRoot = process.getuid!() === 0
let root: string

beforeEach(() => {
  root = temporaryFolder()
})
afterEach(() => rmSync(root, { recursive: true }))

/** A program that, like PostgreSQL, does not let root run it. */
function shyProgram(folder: string): string {
  const file = join(folder, 'shy')
  writeFileSync(file, '#!/bin/sh\ntest "$(id -u)" -ne 0 && id -u\n', { mode: 0o755 })
  return file
}

it('never runs a program as root', () => {
  const program = shyProgram(root)
  const { status, output } = run(chooseRunner(program, [root]), program, [])
  expect(status).toBe(0)
  expect(Number(output)).toBeGreaterThan(0)
})

it('hides root from a program or a folder that only root can reach', () => {
  const closed = join(root, 'closed')
  mkdirSync(closed, { mode: 0o700 })
  // Some containers forbid namespaces, even to root.
  const possible = !isRoot || spawnSync('unshare', ['--user', 'true']).status === 0
  const expected = possible ? 'runs' : 'Set DATABASE_URL'
  expect(outcome(shyProgram(closed), root)).toContain(expected)
  expect(outcome(shyProgram(root), closed)).toContain(expected)
})

function outcome(program: string, folder: string): string {
  try {
    return run(chooseRunner(program, [folder]), program, []).status === 0 ? 'runs' : 'fails'
  } catch (error) {
    return String(error)
  }
}

it('says what to do if nothing works', () => {
  const absent = join(root, 'absent')
  expect(() => chooseRunner(absent, [root])).toThrow(/PostgreSQL cannot be started here: .*absent.*Set DATABASE_URL/s)
})
