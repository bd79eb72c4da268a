import { expect, test } from 'vitest'
import { attributeRows, changedAttributes } from './attribute-rows.ts'

const before = { tier: 'gold', visits: 3, vip: true, note: null }

test('rows that are left as they are change nothing', () => expect(changedAttributes(before, attributeRows(before))).toEqual({}))

test('what is gone is removed, and what is changed keeps its type where it can', () => {
  const rows = [
    { name: 'visits', value: '4' },
    { name: 'vip', value: 'false' },
    { name: ' colour ', value: ' blue ' },
    { name: '', value: 'nameless' },
  ]
  expect(changedAttributes(before, rows)).toEqual({ tier: null, note: null, visits: 4, vip: false, colour: 'blue' })
  expect(changedAttributes(before, [{ name: 'visits', value: 'many' }]).visits).toBe('many')
})
