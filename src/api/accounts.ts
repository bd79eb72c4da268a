import { Account, AccountCreate, AccountId, AccountQuery, AccountUpdate, AccountUpsert, ExternalParams } from '../contract/individuals.ts'
import { Page, Strict } from '../contract/common.ts'
import { toTypeId, toUuid } from '../ids.ts'
import { saveAccounts } from '../record/accounts.ts'
import { deleteAccount } from '../record/delete-record.ts'
import type { Wish } from '../record/save.ts'
import { listAccounts, readAccount } from './account-row.ts'
import type { Api, ApiDeps } from './app.ts'
import { actorOf } from './consent-events.ts'
import { ApiError, notFound } from './errors.ts'
import { mergedError } from './individual-row.ts'
import { changedUsers, savedOne, type RecordName } from './saving.ts'

const tags = ['accounts']
const params = Strict({ id: AccountId })
const read = { access: { role: 'viewer', scope: 'individuals:read' } } as const
const write = { access: { role: 'agent', scope: 'individuals:write' } } as const
export const accountName: RecordName = { prefix: 'ac', what: 'account' }
const lists = 'External ids that are given replace those there are; `attributes` are merged, and null removes one.'

/** Organisations, which contacts belong to. */
export function accountRoutes(api: Api, { pool, changes }: ApiDeps): void {
  /** @param id as the caller gave it, for what there is to say */
  const save = async (wish: Wish<AccountUpsert>, id: string) => {
    const saved = savedOne(await saveAccounts(pool, [wish]), accountName, id)
    const accountId = toTypeId('ac', saved.id)
    if (saved.outcome !== 'unchanged') changes.publish([{ type: 'account', id: accountId }])
    const account = await readAccount(pool, accountId)
    if ('mergedInto' in account) throw new ApiError('conflict', `${accountId} was merged into ${account.mergedInto}`)
    return { account, isNew: saved.outcome === 'created' }
  }

  api.get('/accounts', {
    config: read,
    schema: {
      tags, summary: 'List accounts, newest first', querystring: AccountQuery, response: { 200: Page(Account) },
      description: '`q` finds by name, of which every word must occur. If none is found, those with the names most like it.',
    },
  }, ({ query }) => listAccounts(pool, query))

  api.get('/accounts/:id', {
    config: read,
    schema: {
      tags, summary: 'Read an account', params, response: { 200: Account },
      description: 'The id of an account that was merged into another answers 308 with the address of the other.',
    },
  }, async ({ params: { id } }, reply) => {
    const account = await readAccount(pool, id)
    if ('mergedInto' in account) return reply.redirect(`/api/v1/accounts/${account.mergedInto}`, 308)
    return account
  })

  api.post('/accounts', {
    config: write,
    schema: { tags, summary: 'Create an account', body: AccountCreate, response: { 201: Account } },
  }, async ({ body }, reply) => reply.code(201).send((await save({ externalIds: [], change: body }, '')).account))

  api.patch('/accounts/:id', {
    config: write,
    schema: { tags, summary: 'Change an account', params, body: AccountUpdate, response: { 200: Account }, description: lists },
  }, async ({ params: { id }, body }) => (await save({ id: toUuid(id), externalIds: [], change: body }, id)).account)

  api.put('/accounts/external/:system/:externalId', {
    config: write,
    schema: {
      tags, summary: 'Create or change the account of an external id', params: ExternalParams, body: AccountUpsert,
      response: { 200: Account, 201: Account }, description: `201 when it was created, which needs \`name\`; else 200. ${lists}`,
    },
  }, async ({ params: external, body }, reply) => {
    const { account, isNew } = await save({ externalIds: [external], change: body }, external.externalId)
    return reply.code(isNew ? 201 : 200).send(account)
  })

  api.delete('/accounts/:id', {
    config: write,
    schema: {
      tags, summary: 'Delete an account', params,
      description: 'Its contacts and messaging users stay, without an account; the links tell the reason. Its external ids are free for others.',
    },
  }, async ({ caller, params: { id } }, reply) => {
    const deletion = await deleteAccount(pool, toUuid(id), actorOf(caller))
    if (deletion.outcome === 'absent') throw notFound('account', id)
    if (deletion.outcome === 'merged') throw mergedError('ac', id, deletion.mergedInto)
    changes.publish([{ type: 'account', id }])
    changes.publish(changedUsers(deletion.users))
    return reply.code(204).send()
  })
}
