import { uuidv7 } from 'uuidv7'
import { afterAll, describe, expect, test } from 'vitest'
import { bearer } from '../../test/api.ts'
import { startRecords } from '../../test/records.ts'
import type { Account, Individual } from '../contract/individuals.ts'
import type { LinkSuggestion } from '../contract/links.ts'
import type { Merge, MergePreview } from '../contract/merges.ts'
import { toTypeId, toUuid } from '../ids.ts'
import { applyLinkRules, setLinkRule } from '../record/link-rules.ts'

const { api, call, listed, create, account, individual, user, links, newNumber, merge, undo, writeIn, linked, stop } = await startRecords()
afterAll(stop)

describe('merging individuals', () => {
  test('the preview tells what becomes of it and changes nothing; the merge does just that', async () => {
    const [one, two] = [newNumber(), newNumber()]
    const acme = await account({ name: 'Acme' })
    const kept = await create({ name: 'Ann Lee', language: 'de', attributes: { tier: 'gold' }, phones: [{ number: one }], externalIds: [{ system: 'crm', externalId: one }] })
    const other = await create({
      name: 'A. Lee', language: 'en', accountId: acme.id, isoCountryCode: 'DE', attributes: { tier: 'iron', city: 'Bonn' },
      phones: [{ number: one, isVerified: true }, { number: two, isShared: true }], emails: [{ email: `${two}@example.com` }], externalIds: [{ system: 'crm', externalId: two }],
    })
    const [ann, lee] = [await linked(one, kept.id), await linked(two, other.id)]
    await call('POST', `/messaging-users/${lee}/consent-events`, { status: 'OptedOut', evidence: 'Phone call' })
    const fields = { language: 'merged', 'attributes.tier': 'kept' }
    const preview = (await call<MergePreview>('POST', '/merges/previews', { keptId: kept.id, mergedId: other.id, fields })).body
    expect(preview).toMatchObject({ messagingUserCounts: { kept: 1, merged: 1 }, contactCount: 0, consent: expect.stringContaining('stays as it is') })
    expect(preview.fields).toEqual(expect.arrayContaining([
      { field: 'name', kept: 'Ann Lee', merged: 'A. Lee', result: 'Ann Lee' },
      { field: 'language', kept: 'de', merged: 'en', result: 'en' },
      { field: 'accountId', kept: null, merged: acme.id, result: acme.id },
      { field: 'attributes.tier', kept: 'gold', merged: 'iron', result: 'gold' },
      { field: 'attributes.city', kept: null, merged: 'Bonn', result: 'Bonn' },
    ]))
    expect(preview.messagingUsers).toEqual([
      expect.objectContaining({ id: ann, linkedTo: 'kept', consentStatus: 'ImplicitlyOptedIn' }), expect.objectContaining({ id: lee, linkedTo: 'merged', consentStatus: 'OptedOut' }),
    ])
    expect(await individual(kept.id)).toEqual({ ...kept, messagingUserCount: 1 })

    const merged = await merge(kept.id, other.id, fields)
    expect(merged).toMatchObject({ status: 201, body: { keptId: kept.id, mergedId: other.id, keptName: 'Ann Lee', mergedBy: expect.stringContaining('key_'), undoneAt: null } })
    const result = await individual(kept.id)
    expect(result).toMatchObject({
      name: 'Ann Lee', language: 'en', accountId: acme.id, isoCountryCode: 'DE', attributes: { tier: 'gold', city: 'Bonn' }, messagingUserCount: 2,
      phones: preview.phones, emails: preview.emails, externalIds: preview.externalIds,
    })
    expect(result.phones.map(({ number, isVerified, isShared }) => [number, isVerified, isShared])).toEqual([[one, true, false], [two, false, true]])
    expect(await user(ann), 'the account follows the contact').toMatchObject({ contactId: kept.id, accountId: acme.id })
    expect(await user(lee)).toMatchObject({ contactId: kept.id, accountId: acme.id, consentStatus: 'OptedOut' })
    expect((await links(lee)).filter(link => link.kind === 'contact')).toMatchObject([
      { recordId: kept.id, source: 'merge', unlinkedAt: null }, { recordId: other.id, unlinkReason: 'Merged into Ann Lee' },
    ])
    const moved = await api.call('GET', `/api/v1/individuals/${other.id}`)
    expect([moved.statusCode, moved.headers.location]).toEqual([308, `/api/v1/individuals/${kept.id}`])
    expect((await call<Individual>('PUT', `/individuals/external/crm/${encodeURIComponent(two)}`, { language: 'fr' })).body.id, 'its external id is the kept one’s').toBe(kept.id)
    expect(await listed<Merge>(`/merges?recordId=${other.id}`)).toEqual([merged.body])
  })

  test('undone, both are what they were; edits, additions and new people stay, but who comes from a number of the other’s', async () => {
    const [one, two, three, four] = [newNumber(), newNumber(), newNumber(), newNumber()]
    const kept = await create({ name: 'Kim', phones: [{ number: one }, { number: four }] })
    const other = await create({ name: 'Kim Ito', language: 'ja', isoCountryCode: 'JP', phones: [{ number: two }, { number: four }] })
    const before = await linked(newNumber(), other.id)
    const mine = await linked(newNumber(), kept.id)
    const { body: { id } } = await merge(kept.id, other.id)
    await call('PATCH', `/individuals/${kept.id}`, { language: 'fr', phones: [one, four, two, three].map(number => ({ number })) })
    const [theirs, both, added] = [await linked(two, kept.id), await linked(four, kept.id), await linked(three, kept.id)]
    const later = await linked(newNumber(), kept.id)
    expect(await undo(id)).toMatchObject({ status: 200, body: { undoneBy: expect.stringContaining('key_') } })
    expect(await individual(kept.id)).toMatchObject({ name: 'Kim', language: 'fr', isoCountryCode: null })
    expect((await individual(kept.id)).phones.map(phone => phone.number)).toEqual([one, four, three])
    expect(await individual(other.id)).toMatchObject({ ...other, messagingUserCount: 2, updatedAt: expect.any(String) })
    const owners = await Promise.all([before, theirs, mine, both, added, later].map(async one => (await user(one)).contactId))
    expect(owners).toEqual([other.id, other.id, kept.id, kept.id, kept.id, kept.id])
    expect((await undo(id)).status).toBe(409)
    expect((await undo(toTypeId('mg', uuidv7()))).status).toBe(404)
  })

  test('of a chain the first can be undone first, and what a later one brought stays', async () => {
    const [a, b, c] = [await create({ name: 'A' }), await create({ name: 'B', language: 'de', emails: [{ email: 'both@example.com' }] }), await create({ name: 'C', language: 'fr', emails: [{ email: 'both@example.com' }] })]
    const first = (await merge(a.id, b.id, { name: 'merged' })).body
    await merge(a.id, c.id)
    expect(await individual(a.id)).toMatchObject({ name: 'B', language: 'de' })
    await undo(first.id)
    expect(await individual(a.id)).toMatchObject({ name: 'A', language: 'fr', emails: [{ email: 'both@example.com' }] })
    expect(await individual(b.id)).toMatchObject({ name: 'B', language: 'de', emails: [{ email: 'both@example.com' }] })
  })

  test('the kept record may be gone: the other comes back all the same', async () => {
    const external = { system: 'crm', externalId: newNumber() }
    const acme = await account({ name: 'Acme' })
    const [kept, other] = [await create({ name: 'A' }), await create({ name: 'B', externalIds: [external], accountId: acme.id })]
    const [keptUser, otherUser, unlinked] = [await linked(newNumber(), kept.id), await linked(newNumber(), other.id), await linked(newNumber(), other.id)]
    const { body } = await merge(kept.id, other.id)
    await call('DELETE', `/messaging-users/${unlinked}/links/contact`)
    await call('DELETE', `/individuals/${kept.id}`)
    expect((await undo(body.id)).status).toBe(200)
    expect(await user(otherUser), 'and so do its people').toMatchObject({ contactId: other.id, accountId: acme.id })
    expect([(await user(keptUser)).contactId, (await user(unlinked)).contactId]).toEqual([null, null])
    expect(await individual(other.id)).toMatchObject({ name: 'B', externalIds: [external] })
    expect((await call('GET', `/individuals/${kept.id}`)).status).toBe(404)
  })

  test('suggestions of the merged record are over, and open again when it is undone', async () => {
    const [kept, other] = [await create({ name: 'Pat' }), await create({ name: 'Pat Q' })]
    const id = await writeIn(newNumber())
    await api.database.pool.query(`insert into link_suggestions (messaging_user_id, id, kind, record_id, score, reasons) values ($1, $2, 'contact', $3, 70, '[]')`,
      [toUuid(id), uuidv7(), toUuid(other.id)])
    const open = () => listed<LinkSuggestion>(`/link-suggestions?messagingUserId=${id}`)
    const { body } = await merge(kept.id, other.id)
    expect(await open()).toEqual([])
    await undo(body.id)
    expect(await open()).toMatchObject([{ recordId: other.id }])
  })

  test('“not this one” is said of what the record becomes, too; the kept record is compared anew, and so is the other when it is undone', async () => {
    await setLinkRule(api.database.pool, { channelType: '*', kind: 'contact', isActive: true, matchOn: ['phone'], externalIdSystem: null, whenNone: 'prompt', whenOne: 'auto' })
    const number = newNumber()
    const [kept, other] = [await create({ name: 'Klara Ohm', isoCountryCode: 'DE' }), await create({ name: 'O', phones: [{ number }] })]
    const id = await linked(number, other.id)
    await call('DELETE', `/messaging-users/${id}/links/contact`)
    await api.database.pool.query(`update messaging_users set name = 'Klara Ohm', name_source = 'platform', iso_country_code = 'DE' where id = $1`, [toUuid(id)])
    const { body } = await merge(kept.id, other.id)
    await applyLinkRules(api.database.pool, [toUuid(id)], { guesses: true })
    expect((await user(id)).contactId).toBeNull()
    expect(await listed(`/link-suggestions?messagingUserId=${id}`), 'nor is it asked, by a name').toEqual([])
    const askedOf = async () => (await api.database.pool.query(`select payload from graphile_worker._private_jobs`)).rows.flatMap(row => row.payload.individualIds ?? [])
    expect(await askedOf()).toContain(toUuid(kept.id))
    await api.database.pool.query('delete from graphile_worker._private_jobs')
    await undo(body.id)
    expect(await askedOf()).toEqual(expect.arrayContaining([toUuid(kept.id), toUuid(other.id)]))
    await api.database.pool.query('delete from link_rules')
  })
})

describe('what cannot be merged', () => {
  test.each([
    ['a record with itself', async () => [(await create({ name: 'Solo' })).id], 400, 'mergedId'],
    ['another kind', async () => [(await create({ name: 'C' })).id, (await create({ kind: 'lead', name: 'L' })).id], 400, 'mergedId'],
    ['an account', async () => [(await create({ name: 'C' })).id, (await account({ name: 'Co' })).id], 400, 'mergedId'],
    ['nobody', async () => [(await create({ name: 'C' })).id, toTypeId('in', uuidv7())], 400, 'mergedId'],
    ['into nobody', async () => [toTypeId('in', uuidv7()), (await create({ name: 'C' })).id], 400, 'keptId'],
    ['what is deleted', async () => {
      const [kept, gone] = [await create({ name: 'C' }), await create({ name: 'G' })]
      await call('DELETE', `/individuals/${gone.id}`)
      return [kept.id, gone.id]
    }, 409, 'mergedId'],
    ['in a circle', async () => {
      const [a, b] = [await create({ name: 'A' }), await create({ name: 'B' })]
      await merge(a.id, b.id)
      return [b.id, a.id]
    }, 409, 'keptId'],
  ] as const)('%s', async (_, make, status, field) => {
    const [keptId, mergedId = keptId] = await make() as [string, string?]
    for (const path of ['/merges', '/merges/previews']) {
      expect(await call('POST', path, { keptId, mergedId })).toMatchObject({ status, body: { error: { details: [{ field, message: expect.stringMatching(/\w+ /) }] } } })
    }
  })

  test('by a field that nobody has', async () => {
    const [a, b] = [await create({ name: 'A' }), await create({ name: 'B' })]
    expect(await merge(a.id, b.id, { shoeSize: 'kept' })).toMatchObject({ status: 400, body: { error: { details: [{ field: 'fields.shoeSize' }] } } })
  })

  test('without the right', async () => {
    const [a, b] = [await create({ name: 'A' }), await create({ name: 'B' })]
    const headers = bearer(await api.keyOf('viewer'))
    expect((await api.app.inject({ method: 'POST', url: '/api/v1/merges', headers, payload: { keptId: a.id, mergedId: b.id } })).statusCode).toBe(403)
  })
})

test('of several who merge the same record at once one does it, in whatever direction; links made meanwhile are not lost', async () => {
  for (let round = 0; round < 5; round++) {
    const [a, b, c] = [await create({ name: 'A' }), await create({ name: 'B' }), await create({ name: 'C' })]
    const people = [await linked(newNumber(), b.id), await linked(newNumber(), b.id)]
    const late = [await writeIn(newNumber()), await writeIn(newNumber()), await writeIn(newNumber())]
    const linking = late.map(id => call('PUT', `/messaging-users/${id}/links/contact`, { recordId: b.id }))
    const answers = await Promise.all([merge(a.id, b.id), merge(b.id, a.id), merge(c.id, b.id), merge(a.id, b.id)])
    expect(answers.filter(({ status }) => status === 201).length, JSON.stringify(answers.map(({ body }) => body))).toBeGreaterThanOrEqual(1)
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true)
    const linkedLate = (await Promise.all(linking)).map(({ status }) => status)
    const { rows: stray } = await api.database.pool.query(`
      select u.id from messaging_users u join individuals i on i.id = u.contact_id where i.merged_into is not null`)
    expect(stray, 'nobody is linked to a record that is another by now').toEqual([])
    const everybody = [...people, ...late.filter((_, index) => linkedLate[index] === 200)]
    expect((await Promise.all(everybody.map(user))).filter(one => one.contactId === null)).toEqual([])
    const merges = (await listed<Merge>(`/merges?recordId=${b.id}`)).filter(one => one.mergedId === b.id)
    expect(merges.length).toBeLessThanOrEqual(1)
    const undone = await Promise.all(merges.flatMap(one => [undo(one.id), undo(one.id)]))
    expect(undone.map(({ status }) => status).toSorted()).toEqual(merges.flatMap(() => [200, 409]))
  }
})

test('accounts: contacts and messaging users move, also those linked by hand, and go back', async () => {
  const [kept, other] = [await account({ name: 'Acme', attributes: { tier: 1 } }), await account({ name: 'ACME Ltd', website: 'https://acme.example', attributes: { tier: 2 } })]
  const ann = await create({ name: 'Ann', accountId: other.id })
  const [byContact, byHand] = [await linked(newNumber(), ann.id), await linked(newNumber(), other.id, 'account')]
  const before = await Promise.all([byContact, byHand].map(async id => (await links(id)).filter(link => !link.unlinkedAt)))
  expect((await call<MergePreview>('POST', '/merges/previews', { keptId: kept.id, mergedId: other.id })).body).toMatchObject({ contactCount: 1, messagingUserCounts: { kept: 0, merged: 2 } })
  const { body } = await merge(kept.id, other.id)
  expect((await call<Account>('GET', `/accounts/${kept.id}`)).body).toMatchObject({ name: 'Acme', website: 'https://acme.example', attributes: { tier: 1 }, contactCount: 1 })
  expect(await individual(ann.id)).toMatchObject({ accountId: kept.id })
  for (const id of [byContact, byHand]) expect((await user(id)).accountId).toBe(kept.id)
  const bob = await create({ name: 'Bob', accountId: kept.id })
  await undo(body.id)
  expect([(await individual(ann.id)).accountId, (await individual(bob.id)).accountId]).toEqual([other.id, kept.id])
  expect(await Promise.all([byContact, byHand].map(async id => (await links(id)).filter(link => !link.unlinkedAt)))).toEqual(before)
  expect((await call<Account>('GET', `/accounts/${kept.id}`)).body).toMatchObject({ website: null, attributes: { tier: 1 } })
})
