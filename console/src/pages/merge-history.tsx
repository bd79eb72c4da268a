import { useQuery } from '@tanstack/react-query'
import { mergesQuery } from '../api/merge-queries.ts'
import { GuardedButton } from '../parts/access.tsx'
import { Ago, Section } from '../parts/bits.tsx'
import { actorName } from '../parts/consent-words.ts'
import { useUndoMerge } from './merge.tsx'

/** What was ever merged into a record. Nothing, where nothing was. */
export function MergeHistory({ recordId }: { recordId: string }) {
  const { data = [] } = useQuery(mergesQuery(recordId))
  const undo = useUndoMerge()
  const merges = data.filter(({ keptId }) => keptId === recordId)
  if (merges.length === 0) return null
  return (
    <Section title="Merges">
      <ol className="history">
        {merges.map((merge) => (
          <li key={merge.id}>
            <div className="history-line">
              <b dir="auto">{merge.mergedName}</b>
              {!merge.undoneAt && (
                <GuardedButton role="agent" variant="default" size="compact-xs" loading={undo.isPending} onClick={() => undo.mutate(merge)}>
                  Undo
                </GuardedButton>
              )}
            </div>
            <small className="dim">
              merged <Ago at={merge.mergedAt} />
              {merge.mergedBy && ` by ${actorName(merge.mergedBy)}`}
              {merge.undoneAt && (
                <>
                  , undone <Ago at={merge.undoneAt} />
                  {merge.undoneBy && ` by ${actorName(merge.undoneBy)}`}
                </>
              )}
            </small>
          </li>
        ))}
      </ol>
    </Section>
  )
}
