import type { ConsentType, Keywords } from '../contract/consent.ts'
import { compileKeywords, type KeywordMatcher } from './consent/keywords.ts'
import { effectiveKeywords } from './consent/keyword-store.ts'
import type { Run, Statement } from './statement.ts'

/** What the record does with what comes in on a channel. */
export interface ChannelRules {
  consentType: ConsentType
  platformType: 'Standard' | 'Enhanced'
  inactivityMinutes: number | null
  /** Of the business's number: what is national is so to this country. ISO 3166 alpha-2. */
  isoCountryCode: string | null
  keywords: Map<string, Keywords>
  matcher: KeywordMatcher
  /** Are there rules by which new people are linked? */
  links: boolean
}

interface RulesRow {
  id: string
  consent_type: ConsentType
  platform_type: 'Standard' | 'Enhanced'
  inactivity_minutes: number | null
  iso_country_code: string | null
  /** As text: compiled again only when it reads otherwise. */
  keywords: string | null
  links: boolean
}

const find: Statement = {
  name: 'find_channel_rules',
  text: `
    select c.id, c.consent_type, c.platform_type, c.inactivity_minutes, c.iso_country_code,
           (select jsonb_object_agg(k.language, k.keywords)::text from channel_keywords k where k.channel_id = c.id) as keywords,
           exists (select 1 from link_rules r where r.channel_type in (c.type, '*') and r.is_active) as links
    from channels c where c.id = any($1::uuid[])`,
}

/** Words already compiled, by channel: there are few channels, and their words seldom change. */
const compiled = new Map<string, { text: string | null; keywords: Map<string, Keywords>; matcher: KeywordMatcher }>()

/** The rules of channels as they are now, in the caller's transaction. Channels that do not exist are left out. */
export async function rulesOf(run: Run, channelIds: string[]): Promise<Map<string, ChannelRules>> {
  const rows = await run<RulesRow>(find, [channelIds])
  return new Map(rows.map(row => {
    let words = compiled.get(row.id)
    if (words?.text !== row.keywords || !words) {
      const keywords = effectiveKeywords(row.keywords === null ? {} : JSON.parse(row.keywords))
      words = { text: row.keywords, keywords, matcher: compileKeywords(keywords) }
      compiled.set(row.id, words)
    }
    const { keywords, matcher } = words
    return [row.id, {
      consentType: row.consent_type, platformType: row.platform_type, inactivityMinutes: row.inactivity_minutes, isoCountryCode: row.iso_country_code,
      keywords, matcher, links: row.links,
    }]
  }))
}
