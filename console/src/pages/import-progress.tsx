import { Progress, Text } from '@mantine/core'
import type { Import } from '../../../src/contract/imports.ts'
import { Section } from '../parts/bits.tsx'
import { formatCount } from '../parts/format.ts'
import { outcomeWords } from '../parts/import-words.ts'
import { ImportCounts } from './import-trial.tsx'

const words = {
  created: outcomeWords.created.label,
  changed: outcomeWords.changed.label,
  unchanged: outcomeWords.unchanged.label,
  rejected: outcomeWords.rejected.label,
}

/** How far an import is, what it did, and what undoing it did. */
export function ImportProgress({ item }: { item: Import }) {
  const { status, isFile, doneBytes, size } = item
  const isOpen = status === 'running' || status === 'paused' || status === 'failed'
  const part = size === 0 ? 0 : Math.floor((doneBytes / size) * 100)
  return (
    <Section title={isOpen ? 'Progress' : 'Result'}>
      <div className="section-body">
        {status === 'uploading' && <Text size="sm">The file is still being uploaded.</Text>}
        {isOpen && isFile && (
          <>
            <Text size="sm" mb={6}>
              {formatCount(item.rows)} rows, {part} % of the file
            </Text>
            <Progress value={part} animated={status === 'running'} mb="md" aria-label={`${part} percent done`} />
          </>
        )}
        {isOpen && !isFile && (
          <Text size="sm" mb="sm">
            A program hands in the rows: {formatCount(item.rows)} so far.
          </Text>
        )}
        {item.startedAt && <ImportCounts counts={item} words={words} />}
        {(status === 'undoing' || status === 'undone') && <Undone item={item} />}
      </div>
    </Section>
  )
}

function Undone({ item: { status, created, changed, removed, reverted, kept } }: { item: Import }) {
  const total = created + changed
  const part = total === 0 ? 100 : Math.floor(((removed + reverted + kept) / total) * 100)
  const counts = [
    ['Removed again', removed],
    ['As before', reverted],
    ['Could not be undone', kept],
  ] as const
  return (
    <>
      <h3 className="card-head">{status === 'undone' ? 'Undone' : 'Being undone'}</h3>
      {status === 'undoing' && <Progress value={part} animated mb="md" aria-label={`${part} percent undone`} />}
      <dl className="highlights health import-counts">
        {counts.map(([label, count]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{formatCount(count)}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}
