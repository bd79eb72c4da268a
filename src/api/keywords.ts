import type { Pool } from 'pg'
import { ChannelId, Page, Strict } from '../contract/common.ts'
import { KeywordLanguage, Keywords, KeywordTrial, KeywordTrialResult, LanguageKeywords } from '../contract/consent.ts'
import { toUuid } from '../ids.ts'
import { defaultKeywords, languageName } from '../record/consent/default-keywords.ts'
import { ChannelIncompleteError, effectiveKeywords, ownKeywords, setKeywords } from '../record/consent/keyword-store.ts'
import { tryMessage } from '../record/consent/reading.ts'
import { rulesOf } from '../record/channel-rules.ts'
import { runner } from '../record/statement.ts'
import type { Api, ApiDeps } from './app.ts'
import { ApiError, notFound } from './errors.ts'

const tags = ['consent']
const params = Strict({ id: ChannelId })
const languageParams = Strict({ id: ChannelId, language: KeywordLanguage })
const read = { access: { role: 'viewer', scope: 'channels:read' } } as const
const write = { access: { role: 'admin', scope: 'channels:write' } } as const

/** What a channel listens for and answers, one language at a time. Muster ships words for many; what is set here goes before them. */
export function keywordRoutes(api: Api, { pool, changes }: ApiDeps): void {
  api.get('/channels/:id/keywords', {
    config: read,
    schema: { tags, summary: 'List a channel’s keywords and replies, the general ones first', params, response: { 200: Page(LanguageKeywords) } },
  }, async ({ params: { id } }) => ({ items: show(await requireOwn(pool, id)), nextCursor: null }))

  api.put('/channels/:id/keywords/:language', {
    config: write,
    schema: { tags, summary: 'Set the keywords and replies of one language', params: languageParams, body: Keywords, response: { 200: LanguageKeywords } },
  }, async ({ params: { id, language }, body }) => {
    await store(pool, id, language, body)
    changes.publish([{ type: 'channel', id }])
    return show({ [language]: body }).find(entry => entry.language === language)!
  })

  api.delete('/channels/:id/keywords/:language', {
    config: write,
    schema: { tags, summary: 'Go back to the keywords Muster ships for a language', params: languageParams },
  }, async ({ params: { id, language } }, reply) => {
    await store(pool, id, language, undefined)
    changes.publish([{ type: 'channel', id }])
    return reply.code(204).send()
  })

  api.post('/channels/:id/keyword-trials', {
    config: read,
    schema: { tags, summary: 'Try what a message would do', params, body: KeywordTrial, response: { 200: KeywordTrialResult } },
  }, async ({ params: { id }, body }) => {
    const rules = (await rulesOf(runner(pool, false), [toUuid(id)])).get(toUuid(id))
    if (!rules) throw notFound('channel', id)
    return tryMessage(rules, body, new Date())
  })
}

async function store(pool: Pool, id: string, language: string, keywords: Keywords | undefined): Promise<void> {
  try {
    if (!await setKeywords(pool, toUuid(id), language, keywords)) throw notFound('channel', id)
  } catch (error) {
    if (error instanceof ChannelIncompleteError) throw new ApiError('conflict', error.message)
    throw error
  }
}

async function requireOwn(pool: Pool, id: string): Promise<Record<string, Keywords>> {
  const own = await ownKeywords(pool, toUuid(id))
  if (!own) throw notFound('channel', id)
  return own
}

function show(own: Record<string, Keywords>): LanguageKeywords[] {
  return [...effectiveKeywords(own)].map(([language, keywords]) => ({
    language,
    languageName: languageName(language),
    isDefault: !(language in own) && defaultKeywords.has(language),
    keywords,
  }))
}
