import { useMutation } from '@tanstack/react-query'
import { importOutcomes, type Import, type ImportOutcome, type ImportTrial } from '../../../src/contract/imports.ts'
import { GuardedButton } from '../parts/access.tsx'
import { Section } from '../parts/bits.tsx'
import { formatCount } from '../parts/format.ts'
import { trialWords } from '../parts/import-words.ts'
import { Problem } from '../parts/problem.tsx'
import { useImportStep } from './import-acts.tsx'

interface ImportTrialProps {
  item: Import
  trial: ImportTrial
  /** Something was changed since, and is not tried yet. */
  isStale: boolean
}

/** Third step: what the dry run found, and the start. */
export function ImportTrialCard({ item, trial, isStale }: ImportTrialProps) {
  const step = useImportStep(item)
  const start = useMutation({ mutationFn: () => step('start') })
  const idle = trial.created + trial.changed === 0 ? 'No row would change anything' : undefined
  return (
    <Section
      title="Dry run"
      action={
        <GuardedButton
          role="agent"
          loading={start.isPending}
          blockedBy={isStale ? 'Repeat the dry run first: something was changed' : idle}
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
          <Rows
            count={count}
            rows={rows}
            reason={reason}
            summary={`${reasonWords[outcome]}${column ? `, column “${column}”` : ''}: ${reason}`}
          />
        </li>
      ))}
      {examples.map((outcome) => (
        <li key={outcome}>
          <Rows count={counts[outcome]} rows={samples[outcome]} summary={trialWords[outcome]} />
        </li>
      ))}
    </ul>
  )
}

interface RowsProps {
  summary: string
  count: number
  rows: ImportTrial['samples']['created']
  /** What they have in common. */
  reason?: string
}

function Rows({ summary, count, rows, reason: common }: RowsProps) {
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
            {common && reason !== common && <span className="dim wrap-any">{reason}</span>}
          </li>
        ))}
        {count > rows.length && <li className="dim">These are the first {rows.length}.</li>}
      </ol>
    </details>
  )
}
