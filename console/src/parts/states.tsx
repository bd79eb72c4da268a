import type { ReactNode } from 'react'
import { Button, Skeleton, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import type { UseInfiniteQueryResult, UseQueryResult } from '@tanstack/react-query'
import { IconAlertTriangle, IconLock } from '@tabler/icons-react'
import { ApiError } from '../api/client.ts'

export function EmptyState(props: {
  icon: ReactNode
  title: string
  children?: ReactNode
  action?: ReactNode
  isPage?: boolean
}) {
  return (
    <Stack align="center" gap="xs" py={56} px="md" ta="center">
      <ThemeIcon variant="light" size={48} radius="xl" aria-hidden>
        {props.icon}
      </ThemeIcon>
      <Title order={props.isPage ? 1 : 2} size="h3" mt="xs">
        {props.title}
      </Title>
      {props.children && (
        <Text size="sm" c="dimmed" maw={440} component="div">
          {props.children}
        </Text>
      )}
      {props.action}
    </Stack>
  )
}

/** `isPage`: nothing else is on the page. */
export function ErrorState({ error, retry, isPage }: { error: Error; retry?: () => void; isPage?: boolean }) {
  if (error instanceof ApiError && error.status === 403) {
    return (
      <EmptyState icon={<IconLock size={24} />} title="Not for your role" isPage={isPage}>
        {error.message}
      </EmptyState>
    )
  }
  const missing = error instanceof ApiError && error.status === 404
  return (
    <div role="alert">
      <EmptyState
        icon={<IconAlertTriangle size={24} />}
        isPage={isPage}
        title={missing ? 'Not found' : 'This could not be loaded'}
        action={
          !missing &&
          retry && (
            <Button variant="default" size="xs" mt="xs" onClick={retry}>
              Try again
            </Button>
          )
        }
      >
        {error.message}
      </EmptyState>
    </div>
  )
}

export function Skeletons({ rows = 8, height = 20 }: { rows?: number; height?: number }) {
  return (
    <Stack gap="md" p="md" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={height} width={`${100 - ((row * 17) % 40)}%`} />
      ))}
    </Stack>
  )
}

type Result<T> = UseQueryResult<T> | UseInfiniteQueryResult<T>

interface LoadedProps<T> {
  query: Result<T>
  children: (data: T) => ReactNode
  skeleton?: ReactNode
  isPage?: boolean
}

/** Shows what a query has: its data, else the error with a way to try again, else a skeleton. */
export function Loaded<T>({ query, children, skeleton, isPage }: LoadedProps<T>) {
  if (query.data !== undefined) return children(query.data)
  if (query.error) return <ErrorState error={query.error} retry={() => void query.refetch()} isPage={isPage} />
  return skeleton ?? <Skeletons />
}
