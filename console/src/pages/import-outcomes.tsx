import { useState } from 'react'
import { Anchor } from '@mantine/core'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Import, ImportOutcome, ImportRowOutcome } from '../../../src/contract/imports.ts'
import { outcomesQuery } from '../api/import-queries.ts'
import { Section, Status } from '../parts/bits.tsx'
import { DataTable, type Column } from '../parts/data-table.tsx'
import { FilterSelect } from '../parts/filters.tsx'
import { formatCount } from '../parts/format.ts'
import { outcomeWords, undoneWords } from '../parts/import-words.ts'
import { LoadMore } from '../parts/load-more.tsx'
import { Loaded, Skeletons } from '../parts/states.tsx'
import { optionsOf } from '../parts/words.ts'

type Row = ImportRowOutcome & { id: string }

const columns: Column<Row>[] = [
  { id: 'given', header: 'Who', cell: (row) => <Who row={row} /> },
  { id: 'row', header: 'Row', align: 'right', wide: true, cell: ({ row }) => formatCount(row) },
  { id: 'outcome', header: 'Outcome', cell: ({ outcome, undone }) => <Outcome outcome={outcome} undone={undone} /> },
  { id: 'column', header: 'Column', wide: true, cell: ({ column }) => <bdi className="cut">{column ?? '–'}</bdi> },
  { id: 'reason', header: 'Why', cell: (row) => <Why row={row} /> },
]

function Who({ row: { row, given, messagingUserId, undone } }: { row: Row }) {
  return (
    <span className="user-link-text import-who">
      {messagingUserId && undone !== 'removed' ? (
        <Anchor
          renderRoot={(props) => <Link to="/messaging-users/$userId" params={{ userId: messagingUserId }} {...props} />}
          data-row-link
          className="row-link"
          dir="auto"
        >
          {given}
        </Anchor>
      ) : (
        <bdi className="cut">{given || '–'}</bdi>
      )}
      <small className="narrow-only dim">Row {formatCount(row)}</small>
    </span>
  )
}

function Outcome({ outcome, undone }: Pick<Row, 'outcome' | 'undone'>) {
  return (
    <>
      <Status {...outcomeWords[outcome]} />
      {undone && <small className="source">{undoneWords[undone]}</small>}
    </>
  )
}

function Why({ row: { reason, undoReason } }: { row: Row }) {
  const words = [reason, undoReason].filter(Boolean).join(' ')
  return words ? <span className="import-why">{words}</span> : <span className="none">–</span>
}

export function OutcomeTable({ label, rows }: { label: string; rows: ImportRowOutcome[] }) {
  return <DataTable label={label} columns={columns} rows={rows.map((row) => ({ ...row, id: String(row.row) }))} />
}

/** What became of each row. */
export function ImportOutcomes({ item }: { item: Import }) {
  const [outcome, setOutcome] = useState<ImportOutcome | undefined>(item.rejected > 0 && item.status !== 'undone' ? 'rejected' : undefined)
  const query = useInfiniteQuery({ ...outcomesQuery(item, outcome), placeholderData: keepPreviousData })
  return (
    <Section
      title="Each row"
      action={
        <FilterSelect
          label="Outcome"
          any="Any outcome"
          data={optionsOf(outcomeWords)}
          value={outcome}
          onChange={(value) => setOutcome(value as ImportOutcome | undefined)}
        />
      }
    >
      <Loaded query={query} skeleton={<Skeletons rows={4} />}>
        {({ pages }) => {
          const rows = pages.flatMap(({ items }) => items)
          if (rows.length === 0) return <p className="empty-line">No rows {outcome ? 'with this outcome' : 'yet'}.</p>
          return (
            <>
              <OutcomeTable label="Outcome of each row" rows={rows} />
              <LoadMore query={query} shown={rows.length} />
            </>
          )
        }}
      </Loaded>
    </Section>
  )
}
