import { expect, test } from 'vitest'
import { decryptConfig, encryptConfig } from './secrets.ts'

const secret = Buffer.alloc(32, 1)
const config = { phone: '+49', token: 'sesame', other: 'sesame' }

test('secrets come back as they were, and are stored as nothing one could read or compare', () => {
  const stored = encryptConfig(config, ['token', 'other', 'absent'], secret)
  expect(stored).toMatchObject({ phone: '+49', token: expect.stringMatching(/^enc1:/) })
  expect(stored.token).not.toBe(stored.other)
  expect(JSON.stringify(stored)).not.toContain('sesame')
  expect(decryptConfig(stored, ['token', 'other', 'absent'], secret)).toEqual(config)
})

test('another secret, a changed or a swapped value is refused', () => {
  const stored = encryptConfig(config, ['token', 'other'], secret)
  expect(() => decryptConfig(stored, ['token'], Buffer.alloc(32, 2))).toThrow('cannot be decrypted')
  expect(() => decryptConfig({ token: stored.other }, ['token'], secret)).toThrow('cannot be decrypted')
  expect(() => decryptConfig({ token: 'sesame' }, ['token'], secret)).toThrow('not encrypted')
})
