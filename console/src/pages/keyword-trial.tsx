import { useState, type FormEvent } from 'react'
import { Checkbox, Select, Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { ConsentStatus, KeywordTrial, LanguageKeywords } from '../../../src/contract/consent.ts'
import { keywordTrialQuery } from '../api/queries.ts'
import { Section } from '../parts/bits.tsx'
import { Problem } from '../parts/problem.tsx'
import { consentWords, optionsOf } from '../parts/words.ts'
import { TrialResult } from './keyword-trial-result.tsx'

interface TrialProps {
  channelId: string
  entries: LanguageKeywords[]
  /** The one being edited: what is tried is in it, unless another is chosen. */
  language: string
}

/** Who writes: in what language (`unknown` if it is not), with what consent. */
interface Writer {
  language: string
  status: ConsentStatus | 'none'
  pending: boolean
}

const unknown = 'unknown'

/** What a message would do, with the words as they are saved. Nothing is sent or stored. */
export function KeywordTrialBox({ channelId, entries, language }: TrialProps) {
  const [typed, setTyped] = useState('')
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState<Partial<Writer>>({})
  const settle = useDebouncedCallback(setText, 300)
  const writer: Writer = { language: language === 'general' ? unknown : language, status: 'none', pending: false, ...chosen }
  function tryNow(event: FormEvent) {
    event.preventDefault()
    setText(typed)
  }
  return (
    <aside className="keyword-trial">
      <Section title="Try a message">
        <form onSubmit={tryNow} className="section-body">
          <Stack gap="sm">
            <TextInput
              label="What somebody writes"
              placeholder="STOP"
              dir="auto"
              maxLength={1000}
              autoComplete="off"
              value={typed}
              onChange={(event) => {
                setTyped(event.currentTarget.value)
                settle(event.currentTarget.value)
              }}
            />
            <WriterInputs writer={writer} entries={entries} onChange={(part) => setChosen({ ...chosen, ...part })} />
          </Stack>
        </form>
        <div className="trial-result" aria-live="polite">
          {text.trim() === '' ? (
            <Text size="sm" c="dimmed">
              Write something to see what it would do. It is tried with what is saved; nothing is sent.
            </Text>
          ) : (
            <TrialAnswer channelId={channelId} trial={trialOf(text, writer)} />
          )}
        </div>
      </Section>
    </aside>
  )
}

const trialOf = (text: string, { language, status, pending }: Writer): KeywordTrial => ({
  text,
  language: language === unknown ? null : language,
  consentStatus: status === 'none' ? null : status,
  pending,
})

interface WriterInputsProps {
  writer: Writer
  entries: LanguageKeywords[]
  onChange: (part: Partial<Writer>) => void
}

function WriterInputs({ writer, entries, onChange }: WriterInputsProps) {
  const languages = entries.filter((entry) => entry.language !== 'general')
  return (
    <>
      <Select
        label="Their language"
        data={[
          { value: unknown, label: 'Not known' },
          ...languages.map((entry) => ({ value: entry.language, label: entry.languageName })),
        ]}
        value={writer.language}
        onChange={(language) => onChange({ language: language ?? unknown })}
        allowDeselect={false}
        searchable
      />
      <Select
        label="Their consent so far"
        data={optionsOf(consentWords)}
        value={writer.status}
        onChange={(status) => onChange({ status: status as Writer['status'] })}
        allowDeselect={false}
      />
      <Checkbox
        label="A double opt-in waits for its second word"
        checked={writer.pending}
        onChange={(event) => onChange({ pending: event.currentTarget.checked })}
      />
    </>
  )
}

function TrialAnswer({ channelId, trial }: { channelId: string; trial: KeywordTrial }) {
  const { data, error } = useQuery({ ...keywordTrialQuery(channelId, trial), placeholderData: keepPreviousData })
  if (error) return <Problem>{error.message}</Problem>
  return data ? <TrialResult text={trial.text} result={data} /> : null
}
