import { expect, test } from 'vitest'
import { joinFirstPage } from './live.ts'

const page = (ids: string, nextCursor: string | null = 'more') => ({ items: [...ids].map((id) => ({ id })), nextCursor })
const idsOf = (data: ReturnType<typeof joinFirstPage>) => data.pages.map(({ items }) => items.map(({ id }) => id).join(''))

test('new rows come on top, and pages loaded below stay', () => {
  const joined = joinFirstPage({ pages: [page('abc', 'c'), page('def', 'f')], pageParams: [undefined, 'c'] }, page('xab', 'b'))
  expect(idsOf(joined)).toEqual(['xabc', 'def'])
  expect(joined.pages.at(-1)!.nextCursor).toBe('f')
})

test('when so much is new that rows between would be missing, the list begins anew', () => {
  const joined = joinFirstPage({ pages: [page('abc', 'c'), page('def', 'f')], pageParams: [undefined, 'c'] }, page('xyz', 'z'))
  expect(idsOf(joined)).toEqual(['xyz'])
  expect(joined.pageParams).toEqual([undefined])
  expect(joined.pages[0]!.nextCursor).toBe('z')
})
