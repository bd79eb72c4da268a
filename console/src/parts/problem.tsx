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
    <Alert color="red" variant="light" role="alert" title={title} className="alert problem">
      {children}
    </Alert>
  )
}

interface RefusalProps {
  error: Error
  title?: string
  /** What to do about it. */
  hint?: ReactNode
}

/** A refused change of a channel. What an active channel would lack comes in one sentence, and is shown as a list. */
export function Refusal({ error, title = 'Not saved: an active channel would lack something', hint }: RefusalProps) {
  const lacks = error instanceof ApiError && error.status === 409 ? error.message.split(/: (.*)/s)[1]?.split('; ') : undefined
  if (!lacks) return <Problem>{error.message}</Problem>
  return (
    <Problem title={title}>
      <List size="sm" mb={hint ? 6 : 0}>
        {lacks.map((lack) => (
          <List.Item key={lack}>{lack}</List.Item>
        ))}
      </List>
      {hint}
    </Problem>
  )
}
