import { expect, test } from 'vitest'
import { Pace } from './pace.ts'

test('messages of one channel are spaced as its platform takes them, and no other’s', () => {
  const pace = new Pace()
  const waits = Array.from({ length: 4 }, () => {
    const wait = pace.wait('a', 1000, false)
    pace.take('a', 2, 1000)
    return wait
  })
  expect(waits).toEqual([0, 500, 1000, 1500])
  expect(pace.wait('b', 1000, false)).toBe(0)
  expect(pace.wait('a', 1000, true)).toBe(0) // its place was taken before
  expect(pace.wait('a', 9000, false)).toBe(0)
})

test('without a limit nothing waits', () => {
  const pace = new Pace()
  for (let n = 0; n < 100; n++) pace.take('a', undefined, 0)
  expect(pace.wait('a', 0, false)).toBe(0)
})

test('a platform that says “too many” is left alone as long as it asks, or longer each time, with some chance in it', () => {
  const pace = new Pace()
  const pause = pace.refused('a', 10_000, 0)
  expect(pause).toBeGreaterThanOrEqual(10_000)
  expect(pause).toBeLessThanOrEqual(15_000)
  for (const hasPlace of [true, false]) expect(pace.wait('a', 0, hasPlace)).toBe(pause)
  pace.accepted('a')
  for (const seconds of [2, 4, 8, 16, 32, 60, 60]) {
    const wait = pace.refused('a', undefined, 0) / 1000
    expect(wait).toBeGreaterThanOrEqual(seconds)
    expect(wait).toBeLessThanOrEqual(seconds * 1.5)
  }
  pace.accepted('a')
  expect(pace.refused('a', undefined, 0)).toBeLessThanOrEqual(3000)
  expect(new Set(Array.from({ length: 9 }, () => new Pace().refused('a', 1000, 0))).size).toBeGreaterThan(1)
})
