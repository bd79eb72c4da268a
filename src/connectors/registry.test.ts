import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Compile } from 'typebox/compile'
import { describe, expect, test } from 'vitest'
import { secretNames } from './connector.ts'
import { folders } from './fixtures.ts'
import { connectorOf, registry } from './registry.ts'

test('every folder is in the registry, and a connector is found by its type', () => {
  expect(registry.map(({ connector }) => connector.type).toSorted()).toEqual(Object.keys(folders).toSorted())
  for (const { connector } of registry) expect(connectorOf(connector.type)).toBe(connector)
  expect(['', 'WhatsApp', 'constructor', '__proto__', 'twilio'].filter(connectorOf)).toEqual([])
})

describe.each(registry.map(entry => ({ ...entry, type: entry.connector.type })))('$type', ({ connector, setupNotes, icon }) => {
  test('has what the console needs to offer it', () => {
    expect(icon).toMatch(/^<svg [^>]*viewBox="0 0 24 24"/)
    expect(icon).not.toMatch(/<script|\son\w+=|href/i)
    expect(setupNotes.includes('{{webhookUrl}}')).toBe(connector.webhook)
    const properties = Object.values(connector.config.properties)
    const nameless = properties.filter(property => !('title' in property && 'description' in property))
    expect(nameless).toEqual([])
  })

  test('what it generates is valid, fresh each time, and secret where it must be', () => {
    const one: Record<string, unknown> = connector.defaults?.() ?? {}
    const other: Record<string, unknown> = connector.defaults?.() ?? {}
    expect(Object.keys(one).filter(name => !Compile(connector.config.properties[name]!).Check(one[name]))).toEqual([])
    expect(Object.keys(one).filter(name => secretNames(connector).includes(name) && one[name] === other[name])).toEqual([])
  })

  test('names its secrets', () => {
    const named = Object.keys(connector.config.properties).filter(name => /secret|token|password/i.test(name))
    expect(secretNames(connector)).toEqual(named)
  })
})

describe('a connector is pure', () => {
  const files = globSync('*/**/*.ts', { cwd: import.meta.dirname }).filter(file => !file.endsWith('.test.ts'))

  // What it may import is a rule of the architecture's test; what is there without an import is left for here.
  test.each(files)('%s uses no clock, no network and nothing of the process', file => {
    expect(readFileSync(resolve(import.meta.dirname, file), 'utf8'))
      .not.toMatch(/\bprocess\b|\bDate\.now\b|new Date\(\)|\bfetch\(|console\.|\brequire\(/)
  })

  test('there are files to check', () => expect(files.length).toBeGreaterThan(10))
})
