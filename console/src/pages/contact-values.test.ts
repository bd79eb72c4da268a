import { expect, test } from 'vitest'
import type { Individual } from '../../../src/contract/individuals.ts'
import { bodyOf, emptyContact, valuesOf } from './contact-values.ts'

const ada = {
  kind: 'contact', name: 'Ada Rossi', firstName: 'Ada', lastName: 'Rossi', accountId: null, accountName: null, language: null,
  isoCountryCode: 'IT', phones: [], emails: [], externalIds: [], attributes: {},
} as unknown as Individual

test('a name that is made of first and last name follows them', () => {
  const values = valuesOf(ada)
  expect(values.name).toBe('')
  expect(bodyOf({ ...values, lastName: 'Bianchi' }, ada)).toMatchObject({ name: 'Ada Bianchi', lastName: 'Bianchi' })
  expect(bodyOf(values, ada)).not.toHaveProperty('name')
})

test('a name of its own stays', () => {
  const values = valuesOf({ ...ada, name: 'Ada from the bakery' })
  expect(values.name).toBe('Ada from the bakery')
  expect(bodyOf({ ...values, firstName: 'Adele' }, { ...ada, name: 'Ada from the bakery' })).not.toHaveProperty('name')
})

test('lists that were not touched are not sent, so that what somebody else did to them meanwhile stays', () => {
  const phones = [{ id: 'p1', number: '+390612345', e164: null, label: null, isVerified: true, isShared: false }]
  const emails = [{ id: 'e1', email: 'ada@example.com', label: null, isVerified: false }]
  const known = { ...ada, phones, emails } as unknown as Individual
  const values = valuesOf(known)
  expect(Object.keys(bodyOf({ ...values, firstName: 'Adele' }, known))).not.toEqual(expect.arrayContaining(['phones']))
  const changed = bodyOf({ ...values, phones: values.phones.map(phone => ({ ...phone, isShared: true })) }, known)
  expect(changed.phones).toMatchObject([{ number: '+390612345', isShared: true }])
  expect(changed).not.toHaveProperty('emails')
  expect(bodyOf({ ...values, emails: [] }, known)).toMatchObject({ emails: [] })
})

test('what is left empty is nothing, and only contacts have an account', () => {
  const account = { id: 'ac_1', name: 'Rossi & Figli' }
  expect(bodyOf({ ...emptyContact, lastName: ' Rossi ', isoCountryCode: 'it', account })).toMatchObject({
    name: 'Rossi', firstName: null, lastName: 'Rossi', isoCountryCode: 'IT', accountId: 'ac_1', language: null,
  })
  expect(bodyOf({ ...emptyContact, kind: 'lead', lastName: 'Rossi', account })).not.toHaveProperty('accountId')
})
