import { Table } from '@mantine/core'
import type { Import, ImportField } from '../../../src/contract/imports.ts'
import { Section } from '../parts/bits.tsx'
import { importFieldWords } from '../parts/import-words.ts'

const rowsShown = 5

/** The first rows, by what their columns mean. */
export function ImportPreview({ item: { columns, sampleRows }, fields }: { item: Import; fields: (ImportField | null)[] }) {
  const used = columns.flatMap(({ name }, place) => {
    const field = fields[place]
    return field ? [{ name, field, place }] : []
  })
  return (
    <Section title="The first rows">
      {used.length === 0 || sampleRows.length === 0 ? (
        <p className="empty-line">{used.length === 0 ? 'No column has a meaning yet.' : 'The file has no rows.'}</p>
      ) : (
        <div className="import-preview" tabIndex={0} role="region" aria-label="The first rows as they are read">
          <Table className="data-table">
            <Table.Thead>
              <Table.Tr>
                {used.map(({ name, field }) => (
                  <Table.Th key={name} scope="col">
                    {importFieldWords[field]}
                    <small dir="auto">{name}</small>
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {sampleRows.slice(0, rowsShown).map((row, line) => (
                <Table.Tr key={line}>
                  {used.map(({ name, place }) => (
                    <Table.Td key={name}>{row[place] ? <bdi className="cut">{row[place]}</bdi> : <span className="none">–</span>}</Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
    </Section>
  )
}
