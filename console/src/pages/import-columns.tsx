import { useState } from 'react'
import { Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Import, ImportField } from '../../../src/contract/imports.ts'
import { importMappingsQuery } from '../api/import-queries.ts'
import { GuardedButton } from '../parts/access.tsx'
import { Section } from '../parts/bits.tsx'
import { importFieldWords } from '../parts/import-words.ts'

interface ImportColumnsProps {
  item: Import
  fields: (ImportField | null)[]
  onChange: (fields: (ImportField | null)[]) => void
  /** Keeps the mapping under a name. */
  onSave: (name: string) => Promise<unknown>
  disabled: boolean
}

const option = (value: ImportField) => ({ value, label: importFieldWords[value] })
const options = [
  { group: 'The person', items: (['key', 'name', 'firstName', 'lastName'] as const).map(option) },
  { group: 'Consent', items: (['consentStatus', 'consentSource', 'consentAt'] as const).map(option) },
  { group: 'More', items: (['channel', 'locale', 'language', 'isoCountryCode', 'profilePictureUrl'] as const).map(option) },
  { group: 'Linked to', items: (['contact', 'account', 'lead', 'employee', 'personAccount'] as const).map(option) },
]
const examplesShown = 3

/** What each column means, beginning with what its name and contents suggest. */
export function ImportColumns({ item, fields, onChange, onSave, disabled }: ImportColumnsProps) {
  // A meaning is given to one column alone: chosen for another, it moves there.
  const choose = (place: number, field: ImportField | null) =>
    onChange(fields.map((now, at) => (at === place ? field : now === field ? null : now)))
  return (
    <Section title="What the columns mean">
      <ul className="import-columns">
        {item.columns.map(({ name }, place) => {
          const examples = item.sampleRows.map((row) => row[place]).filter(Boolean).slice(0, examplesShown)
          return (
            <li key={name} data-passed={fields[place] === null || undefined}>
              <div>
                <b dir="auto" className="wrap-any">
                  {name}
                </b>
                <small dir="auto">{examples.length > 0 ? examples.join(' · ') : 'Empty in the first rows'}</small>
              </div>
              <Select
                aria-label={`Meaning of the column ${name}`}
                placeholder="Passed over"
                size="xs"
                clearable
                clearButtonProps={{ 'aria-label': `Pass over the column ${name}` }}
                searchable
                nothingFoundMessage="Nothing found"
                data={options}
                value={fields[place] ?? null}
                onChange={(field) => choose(place, field as ImportField | null)}
                disabled={disabled}
              />
            </li>
          )
        })}
      </ul>
      {!disabled && <SavedMappings item={item} onChange={onChange} onSave={onSave} />}
    </Section>
  )
}

function SavedMappings({ item, onChange, onSave }: Pick<ImportColumnsProps, 'item' | 'onChange' | 'onSave'>) {
  const { data: mappings = [] } = useQuery(importMappingsQuery)
  const [name, setName] = useState('')
  const [busy, setBusy] = useState(false)
  function use(chosen: string | null) {
    const mapping = mappings.find((known) => known.name === chosen)
    if (mapping) onChange(item.columns.map((column) => mapping.columns[column.name] ?? null))
  }
  async function save() {
    setBusy(true)
    await onSave(name.trim())
      .then(() => setName(''))
      .catch(() => undefined) // shown below the form
    setBusy(false)
  }
  return (
    <div className="import-save">
      {mappings.length > 0 && (
        <Select label="Use a saved mapping" placeholder="Choose one" size="xs" data={mappings.map((known) => known.name)} value={null} onChange={use} />
      )}
      <TextInput
        label="Save this mapping for other files"
        placeholder="Its name"
        size="xs"
        maxLength={120}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <GuardedButton role="agent" variant="default" loading={busy} blockedBy={name.trim() ? undefined : 'Give it a name'} onClick={save}>
        Save mapping
      </GuardedButton>
    </div>
  )
}
