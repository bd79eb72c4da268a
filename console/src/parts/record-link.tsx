import type { ReactNode } from 'react'
import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'

interface RecordLinkProps {
  /** Id of an individual or account. */
  id: string
  children: ReactNode
  className?: string
  /** The one link of a table's row, which the arrow keys walk to. */
  isRowLink?: boolean
}

/** Leads to the page of an individual or account. */
export function RecordLink({ id, children, className = 'wrap-any', isRowLink }: RecordLinkProps) {
  return (
    <Anchor
      renderRoot={(props) =>
        id.startsWith('ac_') ? (
          <Link to="/accounts/$accountId" params={{ accountId: id }} {...props} />
        ) : (
          <Link to="/contacts/$contactId" params={{ contactId: id }} {...props} />
        )
      }
      data-row-link={isRowLink}
      dir="auto"
      inherit
      className={className}
    >
      {children}
    </Anchor>
  )
}
