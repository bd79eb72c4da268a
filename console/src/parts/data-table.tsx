import { useCallback, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react'
import { ActionIcon, Menu, Table, Tooltip } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import { IconColumns3 } from '@tabler/icons-react'
import {
  columnVisibilityFeature,
  createColumnHelper,
  tableFeatures,
  useTable,
  type ColumnVisibilityState,
} from '@tanstack/react-table'

const features = tableFeatures({ columnVisibilityFeature })

export interface Column<T> {
  id: string
  header: string
  cell: (row: T) => ReactNode
  align?: 'right'
  /** Left out on small screens. */
  wide?: boolean
}

interface DataTableProps<T> {
  label: string
  columns: Column<T>[]
  rows: T[]
  hidden?: ColumnVisibilityState
  /** Where a click on a row leads; its first cell holds a link to the same place. */
  onOpen?: (row: T) => void
}

function columnsFor<T extends { id: string }>(columns: Column<T>[]) {
  const helper = createColumnHelper<typeof features, T>()
  return columns.map(({ id, header, cell }) => helper.display({ id, header, cell: ({ row }) => cell(row.original) }))
}

/** A table of records. The arrow keys walk through its rows, Enter opens one. `columns` must keep its identity. */
export function DataTable<T extends { id: string }>({ label, columns, rows, hidden, onOpen }: DataTableProps<T>) {
  const table = useTable({
    features,
    columns: useStable(columns, columnsFor<T>),
    data: rows,
    getRowId: (row) => row.id,
    state: { columnVisibility: hidden ?? everything },
  })
  const look = (id: string) => columns.find((column) => column.id === id)!
  const classOf = (id: string) => `${look(id).wide ? 'wide ' : ''}${look(id).align ?? ''}`
  return (
    <Table.ScrollContainer minWidth={0} type="native" className="table-scroll">
      <Table highlightOnHover={onOpen !== undefined} className="data-table" aria-label={label} onKeyDown={walkRows}>
        <Table.Thead>
          <Table.Tr>
            {table.getVisibleLeafColumns().map(({ id }) => (
              <Table.Th key={id} className={classOf(id)} scope="col">
                {look(id).header}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {table.getRowModel().rows.map((row) => (
            <Table.Tr
              key={row.id}
              onClick={onOpen && ((event) => openUnlessUsed(event, () => onOpen(row.original)))}
              data-open={onOpen && true}
            >
              {row.getVisibleCells().map((cell) => (
                <Table.Td key={cell.id} className={classOf(cell.column.id)}>
                  <table.FlexRender cell={cell} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

const everything: ColumnVisibilityState = {}

function useStable<A extends object, B>(input: A, make: (input: A) => B): B {
  const made = cache.get(input) ?? make(input)
  cache.set(input, made)
  return made as B
}
const cache = new WeakMap<object, unknown>()

/** A click on a link or button of the row is its own; one that selects text is none. */
function openUnlessUsed(event: MouseEvent<HTMLElement>, open: () => void) {
  if ((event.target as HTMLElement).closest('a, button, input')) return
  if (window.getSelection()?.toString()) return
  open()
}

function walkRows(event: KeyboardEvent<HTMLElement>) {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row-link]')]
  const current = links.indexOf(document.activeElement as HTMLElement)
  const next = links[current + (event.key === 'ArrowDown' ? 1 : -1)]
  if (!next) return
  event.preventDefault()
  next.focus()
}

/** Which columns are hidden, remembered in this browser under `name`. */
export function useHiddenColumns(name: string) {
  return useLocalStorage<ColumnVisibilityState>({
    key: `muster.columns.${name}`,
    defaultValue: everything,
    getInitialValueInEffect: false,
  })
}

interface ColumnChooserProps {
  columns: { id: string; header: string }[]
  hidden: ColumnVisibilityState
  onChange: (hidden: ColumnVisibilityState) => void
}

export function ColumnChooser({ columns, hidden, onChange }: ColumnChooserProps) {
  const toggle = useCallback((id: string, shown: boolean) => onChange({ ...hidden, [id]: shown }), [hidden, onChange])
  return (
    <Menu closeOnItemClick={false} position="bottom-end" shadow="md">
      <Menu.Target>
        <Tooltip label="Columns">
          <ActionIcon variant="default" size={30} aria-label="Choose columns">
            <IconColumns3 size={16} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Columns</Menu.Label>
        {columns.slice(1).map(({ id, header }) => (
          <Menu.CheckboxItem key={id} checked={hidden[id] !== false} onChange={(shown: boolean) => toggle(id, shown)}>
            {header}
          </Menu.CheckboxItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
