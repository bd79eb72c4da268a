import type { ReactNode } from 'react'
import { Alert, List } from '@mantine/core'
import { ApiError } from '../api/client.ts'

interface ProblemProps {
  title?: string
  children: ReactNode
}

/** What went wrong, where it was tried. */
export function Problem({ title, children }: ProblemProps) {
  return (
    <Alert color="red" variant="light" role="alert" title={title} className="alert">
      {children}
    </Alert>
  )
}

/** A refused change of a channel. What an active channel would lack comes as one sentence, and is shown as a list. */
export function Refusal({ error, hint }: { error: Error; hint?: ReactNode }) {
  if (!(error instanceof ApiError) || error.status !== 409) return <Problem>{error.message}</Problem>
  const [head, rest] = error.message.split(/: (.*)/s)
  if (!rest) return <Problem title="Not saved">{error.message}</Problem>
  return (
    <Problem title={`Not saved. ${head}:`}>
      <List size="sm" mb={hint ? 6 : 0}>
        {rest.split('; ').map((lack) => (
          <List.Item key={lack}>{lack}</List.Item>
        ))}
      </List>
      {hint}
    </Problem>
  )
}
