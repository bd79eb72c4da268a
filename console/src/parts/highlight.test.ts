import { expect, test } from 'vitest'
import { findPhrase } from './highlight.ts'

test.each([
  ['Hi. Please STOP texting me!', 'stop texting me', 'STOP texting me'],
  ['Ya no me escribáis más, gracias', 'no me escribais mas', 'no me escribáis más'],
  ['Don’t — ever — write to me', "don't ever write", 'Don’t — ever — write'],
  ['もう送らないで ください', '送らないでください', '送らないで ください'],
  ['Arre\u0302te\u0301 !', 'arrete', 'Arre\u0302te\u0301'],
  ['🙏 leave me alone 🙏', 'leave me alone', 'leave me alone'],
])('in “%s” the phrase “%s” is “%s”', (text, phrase, found) => {
  const parts = findPhrase(text, phrase)
  expect(parts?.[1]).toBe(found)
  expect(parts?.join('')).toBe(text)
})

test('what is not there is not found', () => {
  expect(findPhrase('Hello', 'stop')).toBeUndefined()
  expect(findPhrase('', 'stop')).toBeUndefined()
  expect(findPhrase('Hello', '!')).toBeUndefined()
})
