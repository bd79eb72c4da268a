import { useInfiniteQuery } from '@tanstack/react-query'
import { IconListDetails } from '@tabler/icons-react'
import type { ConsentEvent } from '../../../src/contract/consent.ts'
import { rowsOf, userConsentQuery } from '../api/queries.ts'
import { LoadMore } from '../parts/load-more.tsx'
import { useReveal, type OlderPages } from '../parts/reveal.ts'
import { EmptyState, Loaded, Skeletons } from '../parts/states.tsx'
import { ConsentLine } from './consent-line.tsx'

/** Every change of consent, newest first. `line` is brought into view. */
export function ConsentLedger({ userId, line }: { userId: string; line: string | undefined }) {
  const query = useInfiniteQuery(userConsentQuery(userId))
  return (
    <Loaded query={query} skeleton={<Skeletons rows={6} height={40} />}>
      {(data) => {
        const lines = rowsOf(data)
        if (lines.length === 0)
          return (
            <EmptyState icon={<IconListDetails size={24} />} title="The ledger is empty">
              Every consent given and withdrawn gets a line here, with who said it, in which words and when. No line is ever changed
              or removed.
            </EmptyState>
          )
        return <Lines lines={lines} query={query} userId={userId} current={line} />
      }}
    </Loaded>
  )
}

interface LinesProps {
  lines: ConsentEvent[]
  query: OlderPages
  userId: string
  current: string | undefined
}

function Lines({ lines, query, userId, current }: LinesProps) {
  useReveal(query, current, lines.some((line) => line.id === current), show)
  return (
    <>
      <ol className="ledger" aria-label="Consent ledger">
        {lines.map((line) => (
          <ConsentLine key={line.id} line={line} userId={userId} current={line.id === current} />
        ))}
      </ol>
      <LoadMore query={query} shown={lines.length} />
    </>
  )
}

const show = (element: HTMLElement) => element.scrollIntoView({ block: 'center' })
