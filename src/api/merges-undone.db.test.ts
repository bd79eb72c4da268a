import { afterAll, expect, test } from 'vitest'
import { startRecords } from '../../test/records.ts'
import type { LinkSuggestion } from '../contract/links.ts'
import { toUuid } from '../ids.ts'
import { applyLinkRules, setLinkRule } from '../record/link-rules.ts'

const { api, call, listed, create, account, individual, user, newNumber, merge, undo, writeIn, linked, stop } = await startRecords()
afterAll(stop)

test('whom a rule links because of a merge is asked about again when it is undone', async () => {
  const rule = { channelType: '*', kind: 'contact' as const, isActive: true, matchOn: ['phone' as const], externalIdSystem: null, whenNone: 'prompt' as const, whenOne: 'auto' as const }
  await setLinkRule(api.database.pool, rule)
  const number = newNumber()
  const [kept, other] = [await create({ name: 'K', phones: [{ number }] }), await create({ name: 'O', phones: [{ number }] })]
  const id = await writeIn(number)
  const apply = () => applyLinkRules(api.database.pool, [toUuid(id)])
  await apply()
  const { body } = await merge(kept.id, other.id)
  await apply()
  expect((await user(id)).contactId, 'one is left').toBe(kept.id)
  await undo(body.id)
  await apply()
  expect((await user(id)).contactId).toBeNull()
  expect((await listed<LinkSuggestion>(`/link-suggestions?messagingUserId=${id}`)).map(({ recordId }) => recordId).toSorted()).toEqual([kept.id, other.id].toSorted())
  await api.database.pool.query('delete from link_rules')
})

test('what was said not to be them stays so through a merge and its undoing', async () => {
  const [kept, other] = [await create({ name: 'K' }), await create({ name: 'O' })]
  const id = await linked(newNumber(), kept.id)
  await call('PUT', `/messaging-users/${id}/links/contact`, { recordId: other.id })
  const { body } = await merge(kept.id, other.id)
  await undo(body.id)
  const { rows } = await api.database.pool.query('select decision from link_suggestions where messaging_user_id = $1 and record_id = $2', [toUuid(id), toUuid(kept.id)])
  expect(rows).toEqual([{ decision: 'dismissed' }])
})

test('a deleted account is not brought back by undoing', async () => {
  const [x, y] = [await account({ name: 'X' }), await account({ name: 'Y' })]
  const [kept, other] = [await create({ name: 'K', accountId: x.id }), await create({ name: 'O', accountId: y.id })]
  const { body } = await merge(kept.id, other.id, { accountId: 'merged' })
  await call('DELETE', `/accounts/${x.id}`)
  expect((await undo(body.id)).status).toBe(200)
  expect([(await individual(kept.id)).accountId, (await individual(other.id)).accountId]).toEqual([null, y.id])
})

test('contacts go back to an account that was merged into one which is gone by now', async () => {
  const [kept, other] = [await account({ name: 'K' }), await account({ name: 'O' })]
  const ann = await create({ name: 'Ann', accountId: other.id })
  const { body } = await merge(kept.id, other.id)
  await call('DELETE', `/accounts/${kept.id}`)
  await undo(body.id)
  expect((await individual(ann.id)).accountId).toBe(other.id)
})

test('what would be too much to be saved again is not merged', async () => {
  const many = () => Array.from({ length: 11 }, () => ({ number: newNumber() }))
  const [kept, other] = [await create({ name: 'K', phones: many() }), await create({ name: 'O', phones: many() })]
  expect(await merge(kept.id, other.id)).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining('phones') } } })
  const lead = await create({ kind: 'lead', name: 'L', phones: many() })
  expect((await call('POST', `/individuals/${lead.id}/conversion`, { contactId: kept.id })).status).toBe(400)
})
