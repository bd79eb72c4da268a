import { useQuery } from '@tanstack/react-query'
import type { Channel } from '../../../src/contract/channels.ts'
import type { LanguageKeywords } from '../../../src/contract/consent.ts'
import { keywordsQuery } from '../api/queries.ts'
import { Loaded } from '../parts/states.tsx'
import { KeywordEditor } from './keyword-editor.tsx'
import { KeywordLanguages } from './keyword-languages.tsx'
import { KeywordTrialBox } from './keyword-trial.tsx'
import { fallbackOf, languageName, noKeywords } from './keyword-words.ts'

/** What a channel listens for and answers, one language at a time, and a place to try it. */
export function ChannelKeywords({ channel, language = 'general' }: { channel: Channel; language?: string }) {
  const query = useQuery(keywordsQuery(channel.id))
  return (
    <Loaded query={query}>
      {(entries) => {
        const codes = entries.map((entry) => entry.language)
        const fallback = fallbackOf(language, codes)
        const isNew = !codes.includes(language)
        const shown = [...entries, ...(isNew ? [newEntry(language)] : [])].map(named)
        return (
          <div className="keyword-grid">
            <KeywordLanguages channelId={channel.id} entries={shown} selected={language} />
            <KeywordEditor
              key={language}
              channel={channel}
              entry={shown.find((entry) => entry.language === language)!}
              isNew={isNew}
              fallback={fallback && languageName(fallback)}
            />
            <KeywordTrialBox channelId={channel.id} entries={shown} language={language} />
          </div>
        )
      }}
    </Loaded>
  )
}

/** The general list has a name of its own here: what is said of it elsewhere on the page would not go with another. */
const named = (entry: LanguageKeywords): LanguageKeywords => ({ ...entry, languageName: languageName(entry.language) })

/** A language just added is not marked as changed: nothing of it is stored yet. */
const newEntry = (language: string): LanguageKeywords => ({
  language,
  languageName: language,
  isDefault: true,
  keywords: noKeywords,
})
