import { Anchor, Paper } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { IconFileImport, IconPlus } from '@tabler/icons-react'
import type { Import } from '../../../src/contract/imports.ts'
import { importsQuery } from '../api/import-queries.ts'
import { rowsOf } from '../api/queries.ts'
import { GuardedButton } from '../parts/access.tsx'
import { Ago, PageHead, Status } from '../parts/bits.tsx'
import { DataTable, type Column } from '../parts/data-table.tsx'
import { formatCount } from '../parts/format.ts'
import { importStatusWords } from '../parts/import-words.ts'
import { LoadMore } from '../parts/load-more.tsx'
import { EmptyState, Loaded, Skeletons } from '../parts/states.tsx'

function FileLink({ item: { id, fileName, created, changed, rejected, startedAt } }: { item: Import }) {
  return (
    <span className="user-link-text">
      <Anchor
        renderRoot={(props) => <Link to="/imports/$importId" params={{ importId: id }} {...props} />}
        data-row-link
        className="row-link"
        title={fileName}
        dir="auto"
      >
        {fileName}
      </Anchor>
      {startedAt && (
        <small className="narrow-only dim import-gist">
          {formatCount(created)} created, {formatCount(changed)} changed, {formatCount(rejected)} left out
        </small>
      )}
    </span>
  )
}

const counted = (count: (item: Import) => number) => (item: Import) =>
  item.startedAt ? formatCount(count(item)) : <span className="none">–</span>

const columns: Column<Import>[] = [
  { id: 'file', header: 'File', cell: (item) => <FileLink item={item} /> },
  { id: 'status', header: 'Status', cell: ({ status }) => <Status {...importStatusWords[status]} /> },
  { id: 'created', header: 'Created', wide: true, align: 'right', cell: counted(({ created }) => created) },
  { id: 'changed', header: 'Changed', wide: true, align: 'right', cell: counted(({ changed }) => changed) },
  { id: 'unchanged', header: 'As they were', wide: true, align: 'right', cell: counted(({ unchanged }) => unchanged) },
  { id: 'rejected', header: 'Left out', wide: true, align: 'right', cell: counted(({ rejected }) => rejected) },
  { id: 'by', header: 'By', wide: true, cell: ({ createdBy }) => <bdi className="cut">{createdBy}</bdi> },
  { id: 'at', header: 'When', cell: ({ createdAt }) => <Ago at={createdAt} /> },
]

/** Files of people who are made messaging users. */
export function ImportsPage() {
  const query = useInfiniteQuery(importsQuery)
  const navigate = useNavigate()
  const add = (
    <GuardedButton role="agent" leftSection={<IconPlus size={15} />} onClick={() => navigate({ to: '/imports/new' })}>
      New import
    </GuardedButton>
  )
  return (
    <>
      <PageHead title="Imports">{add}</PageHead>
      <Paper withBorder className="list">
        <Loaded query={query} skeleton={<Skeletons rows={6} />}>
          {(data) => {
            const rows = rowsOf(data)
            if (rows.length === 0) return <NoneYet />
            return (
              <>
                <DataTable
                  label="Imports"
                  columns={columns}
                  rows={rows}
                  onOpen={({ id }) => navigate({ to: '/imports/$importId', params: { importId: id } })}
                />
                <LoadMore query={query} shown={rows.length} />
              </>
            )
          }}
        </Loaded>
      </Paper>
    </>
  )
}

function NoneYet() {
  return (
    <EmptyState icon={<IconFileImport size={24} />} title="No imports yet">
      Bring the people you may write to from a CSV file, with their consent. A dry run tells what would happen before anything does, and
      an import can be undone.
    </EmptyState>
  )
}
