import { globSync, readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { Compile } from 'typebox/compile'
import { describe, expect, test } from 'vitest'
import { secretNames } from './connector.ts'
import { connectorOf, registry } from './registry.ts'

test('a connector is found by its type, and no other', () => {
  expect(registry.map(({ connector }) => connector.type)).toEqual(['whatsapp', 'sms-twilio', 'web-chat', 'byoc'])
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
    const named = Object.keys(connector.config.properties).filter(name => /secret|token/i.test(name))
    expect(secretNames(connector)).toEqual(named)
  })
})

describe('a connector is pure', () => {
  const root = import.meta.dirname
  const files = globSync('*/**/*.ts', { cwd: root }).filter(file => !file.endsWith('.test.ts'))
  const helpers = ['connector.ts', 'reading.ts', 'signature.ts']
  const packages = new Set(['typebox', 'typebox/compile', 'node:crypto', 'libphonenumber-js/max'])

  test.each(files)('%s imports its own folder, the contract and the helpers', file => {
    const source = readFileSync(resolve(root, file), 'utf8')
    const folder = dirname(file)
    const isAllowed = (specifier: string) => {
      if (!specifier.startsWith('.')) return packages.has(specifier)
      const target = relative(root, resolve(root, folder, specifier))
      return dirname(target) === folder || helpers.includes(target) || target.startsWith('../contract/')
    }
    const specifiers = [...source.matchAll(/(?<!')\b(?:from|import) ?\(?'([^']+)'/g)].map(match => match[1]!)
    expect(specifiers.filter(specifier => !isAllowed(specifier))).toEqual([])
    expect(source).not.toMatch(/\bprocess\b|\bDate\.now\b|new Date\(\)|\bfetch\(|console\.|\brequire\(/)
  })

  test('there are files to check', () => expect(files.length).toBeGreaterThan(10))
})
