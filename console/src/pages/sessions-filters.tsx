import { Button, Checkbox, Group, MultiSelect } from '@mantine/core'
import { useOwners } from '../api/owners.ts'
import { ChannelSelect, FilterSelect, PeriodSelect, SearchBox } from '../parts/filters.tsx'
import { endedByWords, optionsOf, originWords, sessionWords } from '../parts/words.ts'
import { isFiltered, noFilter, type SessionFilter } from './session-filter.ts'

interface FiltersProps {
  filter: SessionFilter
  onChange: (change: SessionFilter) => void
}

export function SessionFilters({ filter, onChange }: FiltersProps) {
  const owners = useOwners()
  return (
    <Group gap="xs" className="filters">
      <SearchBox label="Search by person" value={filter.q ?? ''} onChange={(q) => onChange({ q: q || undefined })} />
      <StatusSelect filter={filter} onChange={onChange} />
      <FilterSelect
        label="Origin"
        any="Any origin"
        width={150}
        data={optionsOf(originWords)}
        value={filter.origin}
        onChange={(origin) => onChange({ origin: origin as SessionFilter['origin'] })}
      />
      <ChannelSelect value={filter.channel} onChange={(channel) => onChange({ channel })} />
      <FilterSelect
        label="Owner"
        any="Any owner"
        searchable
        data={owners.map(({ id, name }) => ({ value: id, label: name }))}
        value={filter.owner}
        onChange={(owner) => onChange({ owner })}
      />
      <FilterSelect
        label="Ended by"
        any="Ended by anyone"
        width={150}
        data={optionsOf(endedByWords)}
        value={filter.endedBy}
        onChange={(endedBy) => onChange({ endedBy: endedBy as SessionFilter['endedBy'] })}
      />
      <PeriodSelect label="Started" any="Started any time" period={filter} onChange={onChange} />
      <Checkbox
        label="Open only"
        size="xs"
        checked={filter.open ?? false}
        onChange={(event) => onChange({ open: event.currentTarget.checked || undefined })}
      />
      {isFiltered(filter) && (
        <Button variant="subtle" color="gray" size="xs" onClick={() => onChange(noFilter)}>
          Clear
        </Button>
      )}
    </Group>
  )
}

function StatusSelect({ filter, onChange }: FiltersProps) {
  const chosen = filter.status ?? []
  return (
    <MultiSelect
      aria-label="Status"
      placeholder={chosen.length === 0 ? 'Any status' : undefined}
      size="xs"
      miw={150}
      data={optionsOf(sessionWords)}
      value={chosen}
      onChange={(status) => onChange({ status: status.length > 0 ? (status as SessionFilter['status']) : undefined })}
      comboboxProps={{ width: 170, position: 'bottom-start' }}
      clearable
      clearButtonProps={{ 'aria-label': 'Any status' }}
    />
  )
}
