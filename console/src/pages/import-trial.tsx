import { useMutation } from '@tanstack/react-query'
import { importOutcomes, type Import, type ImportOutcome, type ImportTrial } from '../../../src/contract/imports.ts'
import { GuardedButton } from '../parts/access.tsx'
import { Section } from '../parts/bits.tsx'
import { formatCount } from '../parts/format.ts'
import { trialWords } from '../parts/import-words.ts'
import { Problem } from '../parts/problem.tsx'
import { useImportStep } from './import-acts.tsx'

/** Third step: what the dry run found, and the start. */
export function ImportTrialCard({ item, trial }: { item: Import; trial: ImportTrial }) {
  const step = useImportStep(item)
  const start = useMutation({ mutationFn: () => step('start') })
  const todo = trial.created + trial.changed
  return (
    <Section
      title="Dry run"
      action={
        <GuardedButton
          role="agent"
          loading={start.isPending}
          blockedBy={todo === 0 ? 'No row would change anything' : undefined}
          onClick={() => start.mutate()}
        >
          Start the import
        </GuardedButton>
      }
    >
      <div className="section-body">
        {start.error && <Problem title="Not started">{start.error.message}</Problem>}
        <ImportCounts counts={trial} words={trialWords} />
      </div>
      <TrialLines trial={trial} />
    </Section>
  )
}

export function ImportCounts({ counts, words }: { counts: Record<ImportOutcome, number>; words: Record<ImportOutcome, string> }) {
  return (
    <dl className="highlights health import-counts">
      {importOutcomes.map((outcome) => (
        <div key={outcome}>
          <dt>{words[outcome]}</dt>
          <dd className={outcome === 'rejected' && counts[outcome] > 0 ? 'bad' : undefined}>{formatCount(counts[outcome])}</dd>
        </div>
      ))}
    </dl>
  )
}

const reasonWords: Record<ImportOutcome, string> = {
  created: 'Created, but',
  changed: 'Changed, but',
  unchanged: 'As they are',
  rejected: 'Left out',
}

function TrialLines({ trial: { reasons, samples, ...counts } }: { trial: ImportTrial }) {
  const examples = (['created', 'changed', 'unchanged'] as const).filter((outcome) => samples[outcome].length > 0)
  if (reasons.length + examples.length === 0) return null
  return (
    <ul className="import-reasons">
      {reasons.map(({ outcome, column, reason, count, rows }) => (
        <li key={`${outcome} ${column} ${reason}`}>
          <Rows count={count} rows={rows} summary={`${reasonWords[outcome]}${column ? `, column “${column}”` : ''}: ${reason}`} />
        </li>
      ))}
      {examples.map((outcome) => (
        <li key={outcome}>
          <Rows count={counts[outcome]} rows={samples[outcome]} summary={trialWords[outcome]} withoutReason />
        </li>
      ))}
    </ul>
  )
}

interface RowsProps {
  summary: string
  count: number
  rows: ImportTrial['samples']['created']
  /** It is told elsewhere. */
  withoutReason?: boolean
}

function Rows({ summary, count, rows, withoutReason }: RowsProps) {
  return (
    <details>
      <summary>
        <b>{formatCount(count)}</b>
        <span className="wrap-any">{summary}</span>
      </summary>
      <ol>
        {rows.map(({ row, given, reason }) => (
          <li key={row}>
            <span>Row {formatCount(row)}</span>
            <bdi className="wrap-any">{given || '–'}</bdi>
            {!withoutReason && reason && <span className="dim wrap-any">{reason}</span>}
          </li>
        ))}
        {count > rows.length && <li className="dim">These are the first {rows.length}.</li>}
      </ol>
    </details>
  )
}
