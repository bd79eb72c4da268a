import type { ReactNode } from 'react'
import { Link, useParams } from '@tanstack/react-router'

/** Leads to the consent ledger of a messaging user; with `line`, to that line of it. */
export function LedgerLink({ userId, line, children }: { userId: string; line?: string; children: ReactNode }) {
  const here = useParams({ strict: false }).userId === userId
  return (
    <Link to="/messaging-users/$userId" params={{ userId }} search={{ view: 'ledger', line }} replace={here} resetScroll={!here}>
      {children}
    </Link>
  )
}
