import type { Pool } from 'pg'
import { Type } from 'typebox'
import { secretNames } from '../connectors/connector.ts'
import { connectorOf } from '../connectors/registry.ts'
import { Channel, ChannelCreate, ChannelCreated, ChannelUpdate } from '../contract/channels.ts'
import { ChannelId, Page, PageQuery, Strict } from '../contract/common.ts'
import { ChannelTakenError, createChannel, deleteChannel, updateChannel, upgradeChannel } from '../record/channels.ts'
import { ChannelIncompleteError } from '../record/consent/keyword-store.ts'
import { decryptConfig, encryptConfig, type ChannelConfig } from '../record/secrets.ts'
import type { Api, ApiDeps } from './app.ts'
import { changedConfig, knownConnector, newConfig, shownConfig } from './channel-config.ts'
import { ApiError, fieldError, notFound } from './errors.ts'
import { toTypeId, toUuid } from '../ids.ts'
import { page, textOf } from './paging.ts'

const params = Strict({ id: ChannelId })
const tags = ['channels']
const read = { access: { role: 'viewer', scope: 'channels:read' } } as const
const write = { access: { role: 'admin', scope: 'channels:write' } } as const

interface Row {
  id: string
  name: string
  type: string
  account_key: string | null
  platform_type: Channel['platformType']
  inactivity_minutes: number | null
  consent_type: Channel['consentType']
  opt_out_scope: Channel['optOutScope']
  brand: string | null
  iso_country_code: string | null
  is_active: boolean
  is_simulated: boolean
  config: ChannelConfig
  last_event_at: Date | null
  reject_count: number
  created_at: Date
  updated_at: Date
}

const select = `
  select c.*,
    (select a.active_at from messaging_user_activity a where a.channel_id = c.id order by a.active_at desc limit 1) as last_event_at,
    (select count(*)::int from inbound_rejects r where r.channel_id = c.id and r.replayed_at is null) as reject_count
  from channels c`

export function channelRoutes(api: Api, deps: ApiDeps): void {
  const { pool, secret, publicUrl, changes } = deps
  api.get('/channels', {
    config: read,
    schema: { tags, summary: 'List channels, by name', querystring: Strict(PageQuery), response: { 200: Page(Channel) } },
  }, ({ query }) => listChannels(pool, publicUrl(), query))

  api.get('/channels/:id', {
    config: read,
    schema: { tags, summary: 'Read a channel', params, response: { 200: Channel } },
  }, ({ params: { id } }) => readChannel(deps, id))

  api.post('/channels', {
    config: write,
    schema: { tags, summary: 'Add a channel', body: ChannelCreate, response: { 201: ChannelCreated } },
  }, async ({ body }, reply) => {
    const connector = knownConnector(body.type)
    const { config, generatedSecrets } = newConfig(connector, body.config ?? {})
    const { type, name, platformType = 'Enhanced', consentType = 'ImplicitOptIn', isoCountryCode = null, isActive = true } = body
    if (platformType === 'Standard' && !connector.traits.tiers) {
      throw fieldError('platformType', `must be Enhanced: ${connector.label} has no standard channels`)
    }
    const uuid = await namingDuplicates(config, createChannel(pool, {
      type, platformType, name, consentType, isoCountryCode, isActive,
      accountKey: connector.accountKey?.(config) ?? null,
      config: encryptConfig(config, secretNames(connector), secret),
    }))
    const id = toTypeId('ch', uuid)
    changes.publish([{ type: 'channel', id }])
    reply.code(201)
    return { ...await readChannel(deps, id), generatedSecrets }
  })

  changeRoutes(api, deps)
}

function changeRoutes(api: Api, deps: ApiDeps): void {
  const { pool, secret, changes } = deps

  api.patch('/channels/:id', {
    config: write,
    schema: {
      tags, params, body: ChannelUpdate, response: { 200: Channel },
      summary: 'Change a channel',
      description: 'Of `config`, what is left out or redacted stays as it is; null takes a setting away.',
    },
  }, async ({ params: { id }, body }) => {
    const { config: given, ...rest } = body
    const found = await namingDuplicates(given, updateChannel(pool, toUuid(id), (current) => {
      if (rest.inactivityMinutes && current.platformType === 'Standard') throw fieldError('inactivityMinutes', 'is for enhanced channels only')
      if (!given) return { ...current, ...rest }
      const connector = knownConnector(current.type)
      const names = secretNames(connector)
      const config = changedConfig(connector, decryptConfig(current.config, names, secret), given)
      return { ...current, ...rest, accountKey: connector.accountKey?.(config) ?? null, config: encryptConfig(config, names, secret) }
    }))
    if (!found) throw notFound('channel', id)
    changes.publish([{ type: 'channel', id }])
    return readChannel(deps, id)
  })

  api.post('/channels/:id/upgrade', {
    config: write,
    schema: { tags, summary: 'Make a standard channel an enhanced one', params, response: { 200: Channel } },
  }, async ({ params: { id } }) => {
    const outcome = await upgradeChannel(pool, toUuid(id))
    if (outcome === 'absent') throw notFound('channel', id)
    if (outcome === 'enhanced already') throw new ApiError('conflict', 'This channel is enhanced already')
    changes.publish([{ type: 'channel', id }])
    return readChannel(deps, id)
  })

  api.delete('/channels/:id', {
    config: write,
    schema: { tags, summary: 'Remove a channel that has no messaging users', params, response: { 204: Type.Null() } },
  }, async ({ params: { id } }, reply) => {
    const outcome = await deleteChannel(pool, toUuid(id))
    if (outcome === 'absent') throw notFound('channel', id)
    if (outcome === 'in use') throw new ApiError('conflict', 'This channel has messaging users, so it stays; it can be deactivated')
    changes.publish([{ type: 'channel', id }])
    return reply.code(204).send(null)
  })
}

async function readChannel({ pool, publicUrl }: ApiDeps, typeId: string): Promise<Channel> {
  const { rows } = await pool.query<Row>(`${select} where c.id = $1`, [toUuid(typeId)])
  if (!rows[0]) throw notFound('channel', typeId)
  return show(rows[0], publicUrl())
}

/** A page of the channels, by name. */
export async function listChannels(pool: Pool, publicUrl: string, { cursor, limit = 50 }: { cursor?: string; limit?: number }) {
  const { rows } = await pool.query<Row>(`${select} where $1::text is null or c.name > $1 order by c.name limit $2`, [textOf(cursor), limit + 1])
  return page(rows, limit, (row) => [row.name], (row) => show(row, publicUrl))
}

/** Says which field of the request holds what another channel has already. */
async function namingDuplicates<T>(config: ChannelConfig | undefined, write: Promise<T>): Promise<T> {
  try {
    return await write
  } catch (error) {
    if (error instanceof ChannelIncompleteError) throw new ApiError('conflict', error.message)
    if (!(error instanceof ChannelTakenError)) throw error
    if (error.field === 'name') throw fieldError('name', 'is the name of another channel', 'conflict')
    const property = Object.entries(config ?? {}).find(([, value]) => String(value) === error.value)?.[0]
    throw fieldError(property ? `config.${property}` : 'config', 'belongs to another channel', 'conflict')
  }
}

function show(row: Row, publicUrl: string): Channel {
  const connector = connectorOf(row.type)
  const id = toTypeId('ch', row.id)
  return {
    id,
    name: row.name,
    type: row.type,
    label: connector?.label ?? row.type,
    messageType: connector?.messageType ?? 'Custom',
    accountKey: row.account_key,
    platformType: row.platform_type,
    inactivityMinutes: row.inactivity_minutes,
    consentType: row.consent_type,
    optOutScope: row.opt_out_scope,
    brand: row.brand,
    isoCountryCode: row.iso_country_code,
    isActive: row.is_active,
    isSimulated: row.is_simulated,
    config: shownConfig(row.type, row.config),
    webhookUrl: connector?.webhook ? `${publicUrl}/webhooks/${id}` : null,
    lastEventAt: row.last_event_at?.toISOString() ?? null,
    rejectCount: row.reject_count,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}
