import type { ReactNode } from 'react'
import { Button, Tooltip, type ButtonProps } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Role } from '../../../src/contract/access.ts'
import { meQuery } from '../api/queries.ts'

const rank: Record<Role, number> = { viewer: 0, agent: 1, admin: 2 }

/** May the signed-in operator do what needs `role`? The server decides; this only spares people the refusal. */
export function useMay(role: Role): boolean {
  const { data: me } = useQuery(meQuery)
  return me !== undefined && rank[me.role] >= rank[role]
}

const needs: Record<Role, string> = { admin: 'Only admins can do this', agent: 'Your role can only read', viewer: '' }

interface GuardedButtonProps extends ButtonProps {
  role: Role
  type?: 'submit'
  onClick?: () => void
  /** Why nobody can press it just now. */
  blockedBy?: string
  children: ReactNode
}

/** A button that says why it cannot be pressed. */
export function GuardedButton({ role, blockedBy, onClick, ...rest }: GuardedButtonProps) {
  const may = useMay(role)
  const reason = may ? blockedBy : needs[role]
  if (!reason) return <Button size="xs" {...rest} onClick={onClick} />
  return (
    <Tooltip label={reason}>
      <Button size="xs" {...rest} data-disabled aria-disabled onClick={(event) => event.preventDefault()} title={reason} />
    </Tooltip>
  )
}
