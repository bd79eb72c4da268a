import type { ReactNode } from 'react'
import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { IconChevronLeft } from '@tabler/icons-react'

/** To the list that a page belongs to. */
export function BackLink({ to, children }: { to: '/contacts' | '/accounts' | '/imports'; children: ReactNode }) {
  return (
    <Anchor renderRoot={(props) => <Link to={to} {...props} />} size="sm" className="back">
      <IconChevronLeft size={15} aria-hidden /> {children}
    </Anchor>
  )
}
