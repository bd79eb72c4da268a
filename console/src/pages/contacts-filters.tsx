import { Button, Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { accountQuery } from '../api/record-queries.ts'
import { FilterSelect, PeriodSelect, SearchBox } from '../parts/filters.tsx'
import { AccountPicker } from '../parts/record-picker.tsx'
import { kindWords } from '../parts/record-words.ts'
import { optionsOf } from '../parts/words.ts'
import { isFiltered, noFilter, type ContactFilter } from './contact-filter.ts'

interface FiltersProps {
  filter: ContactFilter
  onChange: (change: ContactFilter) => void
}

export function ContactFilters({ filter, onChange }: FiltersProps) {
  return (
    <Group gap="xs" className="filters">
      <SearchBox
        label="Search contacts"
        placeholder="Search name, number or e-mail"
        value={filter.q ?? ''}
        onChange={(q) => onChange({ q: q || undefined })}
      />
      <FilterSelect
        label="Kind"
        any="Any kind"
        data={optionsOf(kindWords)}
        value={filter.kind}
        onChange={(kind) => onChange({ kind: kind as ContactFilter['kind'] })}
      />
      <AccountFilter id={filter.account} onChange={(account) => onChange({ account })} />
      <PeriodSelect label="Created" any="Created any time" period={filter} onChange={onChange} />
      {isFiltered(filter) && (
        <Button variant="subtle" color="gray" size="xs" onClick={() => onChange(noFilter)}>
          Clear
        </Button>
      )}
    </Group>
  )
}

function AccountFilter({ id, onChange }: { id: string | undefined; onChange: (id: string | undefined) => void }) {
  const { data: account } = useQuery({ ...accountQuery(id ?? ''), enabled: id !== undefined })
  return (
    <AccountPicker
      aria-label="Account"
      placeholder="Any account"
      size="xs"
      w={165}
      value={id ? { id, name: account?.name ?? '…' } : null}
      onChange={(choice) => onChange(choice?.id)}
    />
  )
}
