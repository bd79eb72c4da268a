import { useState } from 'react'
import { Button, CloseButton, Group, Kbd, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { IconSearch } from '@tabler/icons-react'
import { channelsQuery } from '../api/queries.ts'
import { consentWords, optionsOf } from '../parts/words.ts'
import { isFiltered, lastWords, type UserFilter } from './messaging-user-filter.ts'

interface FiltersProps {
  filter: UserFilter
  onChange: (change: UserFilter) => void
}

const lastOptions = Object.entries(lastWords).map(([value, label]) => ({ value, label }))

export function UserFilters({ filter, onChange }: FiltersProps) {
  return (
    <Group gap="xs" className="filters">
      <SearchBox value={filter.q ?? ''} onChange={(q) => onChange({ q: q || undefined })} />
      <ChannelSelect value={filter.channel} onChange={(channel) => onChange({ channel })} />
      <Select
        aria-label="Consent status"
        placeholder="Any consent"
        clearable
        size="xs"
        w={165}
        data={optionsOf(consentWords)}
        value={filter.consent ?? null}
        onChange={(value) => onChange({ consent: (value ?? undefined) as UserFilter['consent'] })}
        clearButtonProps={{ 'aria-label': 'Any consent' }}
      />
      <Select
        aria-label="Last message"
        placeholder="Any time"
        clearable
        size="xs"
        w={140}
        data={lastOptions}
        value={filter.last ?? null}
        onChange={(value) => onChange({ last: (value ?? undefined) as UserFilter['last'], from: undefined, to: undefined })}
        clearButtonProps={{ 'aria-label': 'Any time' }}
      />
      {filter.last === 'custom' && <DayRange filter={filter} onChange={onChange} />}
      {isFiltered(filter) && (
        <Button variant="subtle" color="gray" size="xs" onClick={() => onChange(noFilter)}>
          Clear
        </Button>
      )}
    </Group>
  )
}

export const noFilter: UserFilter = {
  q: undefined,
  channel: undefined,
  consent: undefined,
  last: undefined,
  from: undefined,
  to: undefined,
}

function DayRange({ filter, onChange }: FiltersProps) {
  return (
    <Group gap={6}>
      <TextInput
        type="date"
        size="xs"
        aria-label="From day"
        value={filter.from ?? ''}
        max={filter.to}
        onChange={(event) => onChange({ from: event.currentTarget.value || undefined })}
      />
      <span aria-hidden>–</span>
      <TextInput
        type="date"
        size="xs"
        aria-label="To day"
        value={filter.to ?? ''}
        min={filter.from}
        onChange={(event) => onChange({ to: event.currentTarget.value || undefined })}
      />
    </Group>
  )
}

/** Tells after a short rest what was typed, so that each letter is not a question to the server. */
function SearchBox({ value, onChange }: { value: string; onChange: (value: string) => void }) {
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
      placeholder="Search name, number, handle or key"
      aria-label="Search messaging users"
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
    <Select
      aria-label="Channel"
      placeholder="Any channel"
      clearable
      searchable
      size="xs"
      w={165}
      nothingFoundMessage="No such channel"
      data={channels.map(({ id, name }) => ({ value: id, label: name }))}
      value={value ?? null}
      onChange={(id) => onChange(id ?? undefined)}
      clearButtonProps={{ 'aria-label': 'Any channel' }}
    />
  )
}
