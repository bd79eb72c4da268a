import { Button, Group } from '@mantine/core'
import { ChannelSelect, FilterSelect, PeriodSelect, SearchBox } from '../parts/filters.tsx'
import { consentWords, optionsOf } from '../parts/words.ts'
import { isFiltered, type UserFilter } from './messaging-user-filter.ts'

interface FiltersProps {
  filter: UserFilter
  onChange: (change: UserFilter) => void
}

export function UserFilters({ filter, onChange }: FiltersProps) {
  return (
    <Group gap="xs" className="filters">
      <SearchBox label="Search messaging users" value={filter.q ?? ''} onChange={(q) => onChange({ q: q || undefined })} />
      <ChannelSelect value={filter.channel} onChange={(channel) => onChange({ channel })} />
      <FilterSelect
        label="Consent status"
        any="Any consent"
        width={165}
        data={optionsOf(consentWords)}
        value={filter.consent}
        onChange={(consent) => onChange({ consent: consent as UserFilter['consent'] })}
      />
      <PeriodSelect label="Last message" period={filter} onChange={onChange} />
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
