import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import Schema from 'typebox/schema'
import { expect, test } from 'vitest'
import { byoc } from './byoc.ts'
import { outgoing } from './outgoing.ts'
import { checkBody, checks } from './payload.ts'

const schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Bring Your Own Channel: what your system posts to Muster (inbound), and Muster to your system (outbound)',
  $defs: {
    inbound: { ...checkBody.Type(), properties: { events: { ...checkBody.Type().properties.events, items: { $ref: '#/$defs/event' } } } },
    event: { anyOf: Object.values(checks).map(check => check.Type()) },
    outbound: { anyOf: outgoing },
  },
}
const file = resolve(import.meta.dirname, '../../../docs/byoc.schema.json')
const published = () => JSON.parse(readFileSync(file, 'utf8')) as typeof schema
const setup = readFileSync(resolve(import.meta.dirname, 'setup.md'), 'utf8')

test('docs/byoc.schema.json says what is checked; `vitest -u` writes it anew', async () => {
  await expect(`${JSON.stringify(schema, null, 1)}\n`).toMatchFileSnapshot(file)
})

/** The JSON objects among the examples of the setup notes. */
const examples = [...setup.matchAll(/```(?:http|json)\n([^]*?)```/g)].flatMap(([, block]) => {
  const body = block!.slice(block!.indexOf('{ "')).replace(/"v1,…"/g, '""')
  return body.split(/\n(?=\{)/).map(text => JSON.parse(text) as { events?: object[]; type?: string })
})

test('the examples of the setup notes are as the schema has it, and are understood', () => {
  expect(examples).toHaveLength(6)
  const [inbound, outbound] = ['inbound', 'outbound'].map(name => Schema.Compile({ ...published(), $ref: `#/$defs/${name}` } as never))
  for (const example of examples) {
    expect((example.events ? inbound : outbound)!.Check(example), JSON.stringify(example)).toBe(true)
    if (!example.events) continue
    const request = { method: 'POST', url: '', headers: {}, body: Buffer.from(JSON.stringify(example)), receivedAt: new Date() }
    expect(byoc.parse(request).map(({ kind }) => kind)).toEqual(example.events.map(event => (event as { type: string }).type))
  }
})

test('the setup notes name every type there is', () => {
  const types = [...Object.keys(checks), ...outgoing.map(({ properties }) => properties.type.const)]
  expect(types.filter(type => !setup.includes(type))).toEqual([])
})
