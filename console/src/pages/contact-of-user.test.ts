import { expect, test } from 'vitest'
import type { MessagingUser } from '../../../src/contract/messaging-users.ts'
import { contactOf } from './contact-of-user.ts'

const user = { name: 'Ada Rossi', nameSource: 'platform', externalId: '+393205550199', language: 'it', isoCountryCode: 'IT' } as MessagingUser

test('a person with a number and two names', () => {
  expect(contactOf(user)).toMatchObject({ firstName: 'Ada', lastName: 'Rossi', language: 'it', phones: [{ number: '+393205550199' }] })
})

test('names that cannot be told apart stay as they are; what is no number is no phone, and what stands for a name is none', () => {
  expect(contactOf({ ...user, name: 'Ana Maria Rossi', externalId: '@ana' })).toMatchObject({ name: 'Ana Maria Rossi', phones: [] })
  expect(contactOf({ ...user, name: 'Visitor 12', nameSource: 'default' })).toMatchObject({ name: '' })
})
