import { useState } from 'react'
import { Alert, Badge, Button, Group, Stack, TagsInput, Text, Textarea } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { Channel } from '../../../src/contract/channels.ts'
import type { Keywords, LanguageKeywords } from '../../../src/contract/consent.ts'
import { put } from '../api/client.ts'
import { keywordsQuery } from '../api/queries.ts'
import { GuardedButton, useMay } from '../parts/access.tsx'
import { Section } from '../parts/bits.tsx'
import { LeaveGuard } from '../parts/leave-guard.tsx'
import { Refusal } from '../parts/problem.tsx'
import { ResetKeywords } from './keyword-reset.tsx'
import { directionOf, doubledWords, exceedsSms, keywordGroups, replyLengthMax } from './keyword-words.ts'

interface EditorProps {
  channel: Channel
  entry: LanguageKeywords
  /** Is it stored, or only just added here? */
  isNew: boolean
  /** Name of the language that counts where this one has nothing. */
  fallback: string | undefined
}

/** One language's words and replies. What is typed stays until it is saved or discarded, whatever arrives meanwhile. */
export function KeywordEditor({ channel, entry, isNew, fallback }: EditorProps) {
  const [draft, setDraft] = useState<Keywords>()
  const [refused, setRefused] = useState<Error>()
  const [busy, setBusy] = useState(false)
  const client = useQueryClient()
  const mayEdit = useMay('admin')
  const keywords = draft ?? entry.keywords
  const changed = draft !== undefined && JSON.stringify(draft) !== JSON.stringify(entry.keywords)
  function discard() {
    setDraft(undefined)
    setRefused(undefined)
  }
  async function save() {
    setBusy(true)
    setRefused(undefined)
    try {
      await put(`/api/v1/channels/${channel.id}/keywords/${entry.language}`, keywords)
      await client.invalidateQueries({ queryKey: keywordsQuery(channel.id).queryKey })
      void client.invalidateQueries({ queryKey: ['channels', channel.id, 'keyword-trial'] })
      setDraft(undefined)
      notifications.show({ message: `${entry.languageName}: words and replies saved` })
    } catch (error) {
      setRefused(error as Error)
    }
    setBusy(false)
  }
  return (
    <Section
      title={entry.languageName}
      action={
        <Group gap="xs">
          <ChangedMark entry={entry} isNew={isNew} />
          {!isNew && <ResetKeywords channel={channel} entry={entry} onReset={discard} />}
        </Group>
      }
    >
      <Stack gap={0} lang={entry.language === 'general' ? undefined : entry.language}>
        <KeywordFields
          keywords={keywords}
          language={entry.language}
          fallback={fallback}
          readOnly={!mayEdit}
          onChange={(part) => setDraft({ ...keywords, ...part })}
        />
      </Stack>
      <Stack gap="xs" className="save-bar">
        <DoubledWords keywords={keywords} />
        {refused && <Refusal error={refused} hint="While the channel is active, the general list has to hold it." />}
        <Group gap="xs">
          <GuardedButton
            role="admin"
            size="sm"
            loading={busy}
            blockedBy={changed ? undefined : 'Nothing has changed'}
            onClick={save}
          >
            Save
          </GuardedButton>
          {changed && (
            <Button size="sm" variant="default" onClick={discard}>
              Discard
            </Button>
          )}
          {changed && <span className="dim">Not saved yet</span>}
        </Group>
      </Stack>
      <LeaveGuard unsaved={changed} />
    </Section>
  )
}

function ChangedMark({ entry, isNew }: { entry: LanguageKeywords; isNew: boolean }) {
  if (isNew) return <span className="dim">New: save it to use it</span>
  if (entry.isDefault) return <span className="dim">As Muster ships it</span>
  return (
    <Badge variant="light" color="gray" tt="none" className="mark">
      Changed
    </Badge>
  )
}

function DoubledWords({ keywords }: { keywords: Keywords }) {
  const doubled = doubledWords(keywords)
  if (doubled.length === 0) return null
  return (
    <Alert color="yellow" variant="light" icon={<IconAlertTriangle size={18} />} role="status" className="alert caution">
      {doubled.map(({ word, lists }) => (
        <div key={word}>
          “<bdi>{word}</bdi>” stands in more than one list: {lists.join(', ')}. Only one of them can count.
        </div>
      ))}
    </Alert>
  )
}

interface FieldsProps {
  keywords: Keywords
  language: string
  fallback: string | undefined
  readOnly: boolean
  onChange: (part: Partial<Keywords>) => void
}

function KeywordFields({ keywords, language, fallback, readOnly, onChange }: FieldsProps) {
  const direction = directionOf(language)
  const whenEmpty = (nothing: string) => (fallback ? `As in ${fallback}` : nothing)
  return keywordGroups.map(({ title, means, kind, wordsLabel, replies }) => (
    <Stack key={kind} component="fieldset" gap="sm" className="keyword-group">
      <legend>
        <b>{title}</b> <span className="dim">{means}</span>
      </legend>
      <TagsInput
        label={wordsLabel}
        placeholder={keywords[kind].length === 0 ? whenEmpty('No words') : undefined}
        dir={direction}
        styles={{ pillsList: { direction } }}
        value={keywords[kind]}
        onChange={(words) => onChange({ [kind]: words.map((word) => word.trim()).filter(Boolean) })}
        maxTags={50}
        maxLength={60}
        splitChars={[',', '،', '、', ';']}
        readOnly={readOnly}
        clearable={!readOnly && keywords[kind].length > 0}
        clearButtonProps={{ 'aria-label': `Clear the ${wordsLabel.toLowerCase()}`, 'aria-hidden': false, tabIndex: 0 }}
      />
      {replies.map(({ part, label, means }) => (
        <div key={part}>
          <Textarea
            label={label}
            description={means}
            placeholder={whenEmpty('No reply is sent')}
            dir={direction}
            value={keywords[part] ?? ''}
            onChange={(event) => onChange({ [part]: event.currentTarget.value || null })}
            maxLength={replyLengthMax}
            autosize
            minRows={2}
            maxRows={8}
            readOnly={readOnly}
          />
          <Counter text={keywords[part] ?? ''} />
        </div>
      ))}
    </Stack>
  ))
}

function Counter({ text }: { text: string }) {
  return (
    <Text size="xs" c="dimmed" mt={2} className="counter">
      {exceedsSms(text) && <b>more than one SMS · </b>}
      {text.length} / {replyLengthMax}
    </Text>
  )
}
