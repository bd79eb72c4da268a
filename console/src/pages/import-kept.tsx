import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Import } from '../../../src/contract/imports.ts'
import { keptRowsQuery } from '../api/import-queries.ts'
import { Section } from '../parts/bits.tsx'
import { formatCount } from '../parts/format.ts'
import { Loaded, Skeletons } from '../parts/states.tsx'
import { OutcomeTable } from './import-outcomes.tsx'

/** Of whom undoing left something, and why. */
export function ImportKept({ item }: { item: Import }) {
  const query = useQuery(keptRowsQuery(item.id))
  return (
    <Section title="What could not be undone">
      <Loaded query={query} skeleton={<Skeletons rows={2} />}>
        {(rows) => (
          <>
            {rows.length > 0 && <OutcomeTable label="What could not be undone" rows={rows} />}
            {rows.length < item.kept && (
              <Text size="sm" c="dimmed" p="sm">
                {rows.length > 0 ? `${formatCount(rows.length)} of ${formatCount(item.kept)} are shown.` : 'They come late in the file.'} The outcomes
                you can download tell of all {formatCount(item.kept)}.
              </Text>
            )}
          </>
        )}
      </Loaded>
    </Section>
  )
}
