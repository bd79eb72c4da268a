import { useState } from 'react'
import { Group, Stack, Textarea, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Import, ImportField, ImportSettings } from '../../../src/contract/imports.ts'
import { put } from '../api/client.ts'
import { importQuery } from '../api/import-queries.ts'
import { GuardedButton, useMay } from '../parts/access.tsx'
import { Section } from '../parts/bits.tsx'
import { toIso, toLocal } from '../parts/format.ts'
import { Problem } from '../parts/problem.tsx'
import { useImportStep } from './import-acts.tsx'
import { ImportChannel } from './import-channel.tsx'
import { ImportColumns } from './import-columns.tsx'
import { ImportPreview } from './import-preview.tsx'
import { ImportTrialCard } from './import-trial.tsx'

interface Draft {
  channelId: string | null
  consentSource: string
  /** As the field for it holds it. */
  consentAt: string
  fields: (ImportField | null)[]
}

const draftOf = ({ channelId, consentSource, consentAt, columns }: Import): Draft => ({
  channelId,
  consentSource: consentSource ?? '',
  consentAt: consentAt ? toLocal(consentAt) : '',
  fields: columns.map(({ field }) => field),
})

/** What is still missing, by where it is said. */
function missingOf({ channelId, consentSource, fields }: Draft) {
  const has = (field: ImportField) => fields.includes(field)
  return {
    key: has('key') ? undefined : 'Say which column tells whom a row is about: choose “Phone number or platform key” for it',
    channel: channelId || has('channel') ? undefined : 'Choose a channel, or say which column names it',
    consentSource:
      !has('consentStatus') || has('consentSource') || consentSource.trim() ? undefined : 'The file says who consented: say where they did',
  }
}

/** Second step: what the columns mean, and what counts for all rows. Ends with a dry run. */
export function ImportSettingsForm({ item }: { item: Import }) {
  const [draft, setDraft] = useState(() => draftOf(item))
  const [asked, setAsked] = useState(false)
  const { save, tryOut } = useSave(item, draft)
  const disabled = !useMay('agent') || item.status !== 'ready'
  const missing = missingOf(draft)
  const lacks = Object.values(missing).filter((words) => words !== undefined)
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part })
  const error = save.error ?? tryOut.error
  return (
    <>
      <ForAllRows draft={draft} onChange={change} missing={asked ? missing : {}} disabled={disabled} />
      <ImportColumns
        item={item}
        fields={draft.fields}
        onChange={(fields) => change({ fields })}
        onSave={(saveAs) => save.mutateAsync(saveAs)}
        disabled={disabled}
      />
      <ImportPreview item={item} fields={draft.fields} />
      {asked && lacks.length > 0 && (
        <Problem title="Something is missing">
          {lacks.map((words) => (
            <div key={words}>{words}</div>
          ))}
        </Problem>
      )}
      {error && <Problem>{error.message}</Problem>}
      <Group gap="sm">
        <GuardedButton
          role="agent"
          size="sm"
          variant={item.trial ? 'default' : 'filled'}
          loading={tryOut.isPending || item.status === 'checking'}
          onClick={() => {
            setAsked(true)
            if (lacks.length === 0) tryOut.mutate()
          }}
        >
          {item.trial ? 'Repeat the dry run' : 'Dry run'}
        </GuardedButton>
        <span className="dim" role="status">
          {item.status === 'checking' ? 'Reading every row. Nothing is changed.' : 'Tells what would happen, and changes nothing.'}
        </span>
      </Group>
      {item.trial && <ImportTrialCard item={item} trial={item.trial} isStale={!isSaved(draft, item)} />}
    </>
  )
}

const isSaved = (draft: Draft, item: Import) => JSON.stringify(draft) === JSON.stringify(draftOf(item))

interface ForAllRowsProps {
  draft: Draft
  onChange: (part: Partial<Draft>) => void
  missing: { channel?: string; consentSource?: string }
  disabled: boolean
}

function ForAllRows({ draft, onChange, missing, disabled }: ForAllRowsProps) {
  const has = (field: ImportField) => draft.fields.includes(field)
  return (
    <Section title="For all rows">
      <Stack gap="md" className="section-body" maw={680}>
        <ImportChannel
          value={draft.channelId}
          onChange={(channelId) => onChange({ channelId })}
          error={missing.channel}
          disabled={disabled}
        />
        {has('consentStatus') && (
          <>
            <Textarea
              label="Where the people gave their consent"
              description="A form, an event, another system. Kept with each consent, for rows that do not say."
              required={!has('consentSource')}
              autosize
              maxLength={500}
              value={draft.consentSource}
              onChange={(event) => onChange({ consentSource: event.currentTarget.value })}
              error={missing.consentSource}
              disabled={disabled}
            />
            <TextInput
              type="datetime-local"
              label="When they gave it"
              description="For rows that do not say. Empty: when the import starts."
              maw={420}
              value={draft.consentAt}
              onChange={(event) => onChange({ consentAt: event.currentTarget.value })}
              disabled={disabled}
            />
          </>
        )}
      </Stack>
    </Section>
  )
}

function useSave(item: Import, draft: Draft) {
  const client = useQueryClient()
  const step = useImportStep(item)
  async function store(saveAs?: string) {
    const settings: ImportSettings = {
      columns: Object.fromEntries(item.columns.map(({ name }, place) => [name, draft.fields[place] ?? null])),
      channelId: draft.channelId,
      consentSource: draft.consentSource.trim() || null,
      consentAt: draft.consentAt ? toIso(draft.consentAt) : null,
      saveAs,
    }
    client.setQueryData(importQuery(item.id).queryKey, await put<Import>(`/api/v1/imports/${item.id}/mapping`, settings))
  }
  const save = useMutation({
    mutationFn: store,
    onSuccess: async (_, saveAs) => {
      await client.invalidateQueries({ queryKey: ['import-mappings'] })
      notifications.show({ message: `Saved as “${saveAs}”` })
    },
  })
  const tryOut = useMutation({
    mutationFn: async () => {
      await store()
      await step('trial')
    },
  })
  return { save, tryOut }
}
