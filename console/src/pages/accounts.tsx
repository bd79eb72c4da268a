import { useState } from 'react'
import { Button, Group, Paper } from '@mantine/core'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { IconBuilding, IconDownload, IconPlus, IconSearchOff, IconUpload } from '@tabler/icons-react'
import type { Account } from '../../../src/contract/individuals.ts'
import { rowsOf } from '../api/queries.ts'
import { accountsQuery } from '../api/record-queries.ts'
import { GuardedButton } from '../parts/access.tsx'
import { Ago, PageHead } from '../parts/bits.tsx'
import { DataTable, type Column } from '../parts/data-table.tsx'
import { SearchBox } from '../parts/filters.tsx'
import { LoadMore } from '../parts/load-more.tsx'
import { RecordLink } from '../parts/record-link.tsx'
import { countedWords } from '../parts/record-words.ts'
import { EmptyState, Loaded, Skeletons } from '../parts/states.tsx'
import { AccountForm } from './account-form.tsx'
import { RecordImport } from './record-import.tsx'

const columns: Column<Account>[] = [
  {
    id: 'name',
    header: 'Account',
    cell: ({ id, name }) => (
      <RecordLink id={id} isRowLink className="row-link">
        {name}
      </RecordLink>
    ),
  },
  { id: 'website', header: 'Website', wide: true, cell: ({ website }) => <Website url={website} /> },
  { id: 'country', header: 'Country', wide: true, cell: ({ isoCountryCode }) => isoCountryCode ?? <span className="none">–</span> },
  { id: 'contacts', header: 'Contacts', align: 'right', cell: ({ contactCount }) => countedWords(contactCount) },
  { id: 'users', header: 'Messaging users', align: 'right', cell: ({ messagingUserCount }) => countedWords(messagingUserCount) },
  { id: 'created', header: 'Created', wide: true, cell: ({ createdAt }) => <Ago at={createdAt} /> },
]

/** Only what is an address of the web is a link. */
export function Website({ url }: { url: string | null }) {
  if (!url) return <span className="none">–</span>
  const shown = <bdi>{url.replace(/^https?:\/\//, '').replace(/\/$/, '')}</bdi>
  if (!/^https?:\/\//i.test(url)) return <span className="cut">{shown}</span>
  return (
    <a href={url} target="_blank" rel="noreferrer" className="cut">
      {shown}
    </a>
  )
}

type Dialog = 'add' | 'import'

export function AccountsPage() {
  const { q } = useSearch({ from: '/signed-in/accounts' })
  const navigate = useNavigate()
  const [dialog, setDialog] = useState<Dialog>()
  const query = useInfiniteQuery({ ...accountsQuery({ q }), placeholderData: keepPreviousData })
  const search = (text: string) => navigate({ to: '/accounts', search: { q: text || undefined }, replace: true })
  const open = ({ id }: Account) => navigate({ to: '/accounts/$accountId', params: { accountId: id } })
  const close = () => setDialog(undefined)
  return (
    <>
      <PageHead title="Accounts">
        <Button component="a" href="/api/v1/accounts/export" download variant="default" size="xs" leftSection={<IconDownload size={15} />}>
          Export CSV
        </Button>
        <GuardedButton role="agent" variant="default" leftSection={<IconUpload size={15} />} onClick={() => setDialog('import')}>
          Import CSV
        </GuardedButton>
        <GuardedButton role="agent" leftSection={<IconPlus size={15} />} onClick={() => setDialog('add')}>
          Add
        </GuardedButton>
      </PageHead>
      <Group gap="xs" className="filters">
        <SearchBox label="Search accounts" placeholder="Search name" value={q ?? ''} onChange={search} />
      </Group>
      <Paper withBorder className="list" aria-busy={query.isPlaceholderData}>
        <Loaded query={query} skeleton={<Skeletons rows={12} />}>
          {(data) => {
            const rows = rowsOf(data)
            if (rows.length === 0) return <NoAccounts searched={q !== undefined} onClear={() => search('')} onAdd={() => setDialog('add')} />
            return (
              <>
                <DataTable label="Accounts" columns={columns} rows={rows} onOpen={open} />
                <LoadMore query={query} shown={rows.length} />
              </>
            )
          }}
        </Loaded>
      </Paper>
      {dialog === 'add' && <AccountForm onClose={close} onSaved={open} />}
      {dialog === 'import' && <RecordImport object="accounts" onClose={close} />}
    </>
  )
}

function NoAccounts({ searched, onClear, onAdd }: { searched: boolean; onClear: () => void; onAdd: () => void }) {
  if (searched) {
    const action = (
      <Button size="xs" variant="default" onClick={onClear}>
        Clear the search
      </Button>
    )
    return <EmptyState icon={<IconSearchOff size={24} />} title="No account matches" action={action} />
  }
  const action = (
    <GuardedButton role="agent" leftSection={<IconPlus size={15} />} onClick={onAdd}>
      Add an account
    </GuardedButton>
  )
  return (
    <EmptyState icon={<IconBuilding size={24} />} title="No accounts yet" action={action}>
      An account is an organisation. Contacts belong to it, and their messaging users with them: its page shows what all of them said.
    </EmptyState>
  )
}
