import { useState } from 'react'
import { CloseButton, Group, Kbd, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { IconSearch } from '@tabler/icons-react'
import { channelsQuery } from '../api/queries.ts'
import { periodWords, type Period } from './address.ts'

const periodOptions = Object.entries(periodWords).map(([value, label]) => ({ value, label }))

interface PeriodSelectProps {
  label: string
  any?: string
  period: Period
  onChange: (change: Period) => void
}

export function PeriodSelect({ label, any = 'Any time', period, onChange }: PeriodSelectProps) {
  return (
    <>
      <FilterSelect
        label={label}
        any={any}
        data={periodOptions}
        value={period.last}
        onChange={(last) => onChange({ last: last as Period['last'], from: undefined, to: undefined })}
      />
      {period.last === 'custom' && <DayRange period={period} onChange={onChange} />}
    </>
  )
}

function DayRange({ period, onChange }: Pick<PeriodSelectProps, 'period' | 'onChange'>) {
  return (
    <Group gap={6}>
      <TextInput
        type="date"
        size="xs"
        aria-label="From day"
        value={period.from ?? ''}
        max={period.to}
        onChange={(event) => onChange({ from: event.currentTarget.value || undefined })}
      />
      <span aria-hidden>–</span>
      <TextInput
        type="date"
        size="xs"
        aria-label="To day"
        value={period.to ?? ''}
        min={period.from}
        onChange={(event) => onChange({ to: event.currentTarget.value || undefined })}
      />
    </Group>
  )
}

interface SearchBoxProps {
  label: string
  placeholder?: string
  value: string
  onChange: (value: string) => void
}

/** Tells after a short rest what was typed, so that each letter is not a question to the server. */
export function SearchBox({ label, placeholder = 'Search name, number, handle or key', value, onChange }: SearchBoxProps) {
  const [typed, setTyped] = useState(value)
  const [told, setTold] = useState(value)
  const [seen, setSeen] = useState(value)
  const tell = useDebouncedCallback((next: string) => {
    setTold(next)
    onChange(next)
  }, 250)
  // Taken over from the address only when it came from elsewhere (back, "Clear"), never over what is being typed.
  if (value !== seen) {
    setSeen(value)
    if (value !== told) {
      setTold(value)
      setTyped(value)
    }
  }
  function change(next: string) {
    setTyped(next)
    tell(next.trim())
  }
  return (
    <TextInput
      data-search
      size="xs"
      className="search"
      placeholder={placeholder}
      aria-label={label}
      leftSection={<IconSearch size={15} />}
      leftSectionPointerEvents="none"
      maxLength={200}
      value={typed}
      rightSection={
        typed ? (
          <CloseButton size="xs" aria-label="Clear the search" onClick={() => change('')} />
        ) : (
          <Kbd size="xs" aria-hidden>
            /
          </Kbd>
        )
      }
      onChange={(event) => change(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') change('')
        if (event.key !== 'ArrowDown') return
        event.preventDefault()
        document.querySelector<HTMLElement>('[data-row-link]')?.focus()
      }}
    />
  )
}

export function ChannelSelect({ value, onChange }: { value: string | undefined; onChange: (id: string | undefined) => void }) {
  const { data: channels = [] } = useQuery(channelsQuery)
  return (
    <FilterSelect
      label="Channel"
      any="Any channel"
      searchable
      width={165}
      data={channels.map(({ id, name }) => ({ value: id, label: name }))}
      value={value}
      onChange={onChange}
    />
  )
}

interface FilterSelectProps {
  label: string
  /** What stands there while nothing is chosen. */
  any: string
  data: { value: string; label: string }[]
  value: string | undefined
  onChange: (value: string | undefined) => void
  searchable?: boolean
  width?: number
}

export function FilterSelect({ label, any, data, value, onChange, searchable, width = 140 }: FilterSelectProps) {
  return (
    <Select
      aria-label={label}
      placeholder={any}
      clearable
      searchable={searchable}
      size="xs"
      w={width}
      nothingFoundMessage="Nothing found"
      data={data}
      value={value ?? null}
      onChange={(next) => onChange(next ?? undefined)}
      clearButtonProps={{ 'aria-label': any }}
    />
  )
}
