import { useState } from 'react'
import { Select, type SelectProps } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { Individual, IndividualKind } from '../../../src/contract/individuals.ts'
import { accountChoicesQuery, individualChoicesQuery } from '../api/record-queries.ts'
import { kindWords } from './record-words.ts'

export interface Choice {
  id: string
  name: string
}

interface PickerProps extends Pick<SelectProps, 'label' | 'description' | 'placeholder' | 'error' | 'disabled' | 'aria-label' | 'size' | 'w'> {
  'data-autofocus'?: boolean
  value: Choice | null
  onChange: (choice: Choice | null) => void
}

/** `except` is not offered. */
export function AccountPicker({ except, ...props }: PickerProps & { except?: string }) {
  const [q, setQ] = useSearch()
  const { data, isFetching } = useQuery({ ...accountChoicesQuery(q), placeholderData: keepPreviousData })
  const options = (data ?? []).filter(({ id }) => id !== except).map(({ id, name }) => ({ id, name, label: name }))
  return <Picker {...props} options={options} onSearch={setQ} isSearching={isFetching} />
}

/** Found by name, phone number or e-mail. `except` is not offered. */
export function IndividualPicker({ kind, except, ...props }: PickerProps & { kind?: IndividualKind; except?: string }) {
  const [q, setQ] = useSearch()
  const { data, isFetching } = useQuery({ ...individualChoicesQuery({ q, kind }), placeholderData: keepPreviousData })
  const options = (data ?? [])
    .filter(({ id }) => id !== except)
    .map((one) => ({ id: one.id, name: one.name, label: describe(one, kind === undefined) }))
  return <Picker {...props} options={options} onSearch={setQ} isSearching={isFetching} />
}

/** What tells people of one name apart. */
const describe = ({ name, kind, accountName, phones, emails }: Individual, withKind: boolean) =>
  [name, withKind && kindWords[kind].label, accountName, phones[0]?.number ?? emails[0]?.email].filter(Boolean).join(' · ')

/** What is searched for, after a short rest. */
function useSearch() {
  const [typed, setTyped] = useState('')
  const [rested] = useDebouncedValue(typed.trim(), 250)
  return [rested || undefined, setTyped] as const
}

interface ListProps extends PickerProps {
  options: (Choice & { label: string })[]
  onSearch: (text: string) => void
  isSearching: boolean
}

function Picker({ value, onChange, options, onSearch, isSearching, ...rest }: ListProps) {
  const shown = value && !options.some(({ id }) => id === value.id) ? [{ ...value, label: value.name }, ...options] : options
  const labelOf = new Map(shown.map(({ id, label }) => [id, label]))
  return (
    <Select
      searchable
      clearable
      placeholder="Type to search"
      data={shown.map(({ id, label }) => ({ value: id, label }))}
      // The server has searched already, and finds by what the labels do not say.
      filter={({ options }) => options}
      nothingFoundMessage={isSearching ? 'Searching …' : 'Nobody found'}
      clearButtonProps={{ 'aria-label': 'Clear' }}
      {...rest}
      value={value?.id ?? null}
      onSearchChange={(text) => onSearch([...labelOf.values()].includes(text) ? '' : text)}
      onChange={(id) => onChange(shown.find((one) => one.id === id) ?? null)}
    />
  )
}
