import type { ReactNode } from 'react'
import { Link } from '@tanstack/react-router'

/** Leads to the consent ledger of a messaging user; with `line`, to that line of it. */
export function LedgerLink({ userId, line, children }: { userId: string; line?: string; children: ReactNode }) {
  return (
    <Link to="/messaging-users/$userId" params={{ userId }} search={{ view: 'ledger', line }} replace resetScroll={false}>
      {children}
    </Link>
  )
}
