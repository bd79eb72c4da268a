import { useState } from 'react'
import { Button, Group, Paper } from '@mantine/core'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { IconAddressBook, IconArrowsJoin, IconDownload, IconPlus, IconSearchOff, IconUpload } from '@tabler/icons-react'
import type { Individual } from '../../../src/contract/individuals.ts'
import { rowsOf } from '../api/queries.ts'
import { individualsQuery } from '../api/record-queries.ts'
import { GuardedButton } from '../parts/access.tsx'
import { Ago, PageHead, UserAvatar } from '../parts/bits.tsx'
import { ColumnChooser, DataTable, useHiddenColumns, type Column } from '../parts/data-table.tsx'
import { LoadMore } from '../parts/load-more.tsx'
import { RecordLink } from '../parts/record-link.tsx'
import { countedWords, kindWords } from '../parts/record-words.ts'
import { EmptyState, Loaded, Skeletons } from '../parts/states.tsx'
import { isFiltered, noFilter, queryOf, type ContactFilter } from './contact-filter.ts'
import { ContactForm } from './contact-form.tsx'
import { ContactFilters } from './contacts-filters.tsx'
import { RecordImport } from './record-import.tsx'

function ContactName({ individual }: { individual: Individual }) {
  const { id, name, kind, accountName } = individual
  return (
    <span className="user-link">
      <UserAvatar user={{ id, name, profilePictureUrl: null }} />
      <span className="user-link-text">
        <RecordLink id={id} isRowLink className="row-link">
          {name}
        </RecordLink>
        <small className="narrow-only" dir="auto">
          {[kindWords[kind].label, accountName].filter(Boolean).join(' · ')}
        </small>
      </span>
    </span>
  )
}

const columns: Column<Individual>[] = [
  { id: 'name', header: 'Name', cell: (individual) => <ContactName individual={individual} /> },
  { id: 'kind', header: 'Kind', wide: true, cell: ({ kind }) => kindWords[kind].label },
  { id: 'account', header: 'Account', wide: true, cell: (individual) => <AccountCell individual={individual} /> },
  { id: 'phone', header: 'Phone', cell: ({ phones }) => <FirstOf values={phones.map(({ number }) => number)} /> },
  { id: 'email', header: 'E-mail', wide: true, cell: ({ emails }) => <FirstOf values={emails.map(({ email }) => email)} /> },
  {
    id: 'users',
    header: 'Messaging users',
    align: 'right',
    wide: true,
    cell: ({ messagingUserCount }) => countedWords(messagingUserCount),
  },
  { id: 'created', header: 'Created', wide: true, cell: ({ createdAt }) => <Ago at={createdAt} /> },
]

function AccountCell({ individual: { accountId, accountName } }: { individual: Individual }) {
  if (!accountId) return <span className="none">–</span>
  return (
    <RecordLink id={accountId} className="cut">
      {accountName}
    </RecordLink>
  )
}

function FirstOf({ values: [first, ...more] }: { values: string[] }) {
  if (!first) return <span className="none">–</span>
  return (
    <span className="cut" title={[first, ...more].join('\n')}>
      <bdi>{first}</bdi>
      {more.length > 0 && <span className="none"> +{more.length}</span>}
    </span>
  )
}

type Dialog = 'add' | 'import'

/** Contacts, leads, employees and person accounts. */
export function ContactsPage() {
  const filter = useSearch({ from: '/signed-in/contacts' })
  const navigate = useNavigate()
  const [hidden, setHidden] = useHiddenColumns('contacts')
  const [dialog, setDialog] = useState<Dialog>()
  const query = useInfiniteQuery({
    ...individualsQuery(filter, () => queryOf(filter, new Date())),
    placeholderData: keepPreviousData,
  })
  const change = (part: ContactFilter) => navigate({ to: '/contacts', search: { ...filter, ...part }, replace: true })
  const close = () => setDialog(undefined)
  const open = ({ id }: Individual) => navigate({ to: '/contacts/$contactId', params: { contactId: id } })
  const exportQuery = filter.kind ? `?kind=${filter.kind}` : ''
  return (
    <>
      <PageHead title="Contacts">
        <Button
          renderRoot={(props) => <Link to="/contacts/duplicates" {...props} />}
          variant="default"
          size="xs"
          leftSection={<IconArrowsJoin size={15} />}
        >
          Duplicates
        </Button>
        <Button
          component="a"
          href={`/api/v1/individuals/export${exportQuery}`}
          download
          variant="default"
          size="xs"
          leftSection={<IconDownload size={15} />}
        >
          Export CSV
        </Button>
        <GuardedButton role="agent" variant="default" leftSection={<IconUpload size={15} />} onClick={() => setDialog('import')}>
          Import CSV
        </GuardedButton>
        <GuardedButton role="agent" leftSection={<IconPlus size={15} />} onClick={() => setDialog('add')}>
          Add
        </GuardedButton>
        <ColumnChooser columns={columns} hidden={hidden} onChange={setHidden} />
      </PageHead>
      <ContactFilters filter={filter} onChange={change} />
      <Paper withBorder className="list" aria-busy={query.isPlaceholderData}>
        <Loaded query={query} skeleton={<Skeletons rows={12} />}>
          {(data) => {
            const rows = rowsOf(data)
            if (rows.length === 0) return <NobodyYet filtered={isFiltered(filter)} onClear={() => change(noFilter)} onChoose={setDialog} />
            return (
              <>
                <DataTable label="Contacts" columns={columns} rows={rows} hidden={hidden} onOpen={open} />
                <LoadMore query={query} shown={rows.length} />
              </>
            )
          }}
        </Loaded>
      </Paper>
      {dialog === 'add' && <ContactForm kind={filter.kind} onClose={close} onSaved={open} />}
      {dialog === 'import' && <RecordImport object="individuals" onClose={close} />}
    </>
  )
}

interface NobodyYetProps {
  filtered: boolean
  onClear: () => void
  onChoose: (dialog: Dialog) => void
}

function NobodyYet({ filtered, onClear, onChoose }: NobodyYetProps) {
  if (filtered) {
    const action = (
      <Button size="xs" variant="default" onClick={onClear}>
        Clear the filters
      </Button>
    )
    return (
      <EmptyState icon={<IconSearchOff size={24} />} title="Nobody matches" action={action}>
        No contact, lead, employee or person account fits what you search and filter for.
      </EmptyState>
    )
  }
  const actions = (
    <Group gap="xs" justify="center">
      <GuardedButton role="agent" leftSection={<IconPlus size={15} />} onClick={() => onChoose('add')}>
        Add a contact
      </GuardedButton>
      <GuardedButton role="agent" variant="default" leftSection={<IconUpload size={15} />} onClick={() => onChoose('import')}>
        Import CSV
      </GuardedButton>
    </Group>
  )
  return (
    <EmptyState icon={<IconAddressBook size={24} />} title="No contacts yet" action={actions}>
      A messaging user is somebody on one channel. A contact is the person behind it: link them, and you see what one person said on
      every channel. Leads, employees and person accounts are kept here as well.
    </EmptyState>
  )
}
