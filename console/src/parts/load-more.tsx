import { Button, Center, Text } from '@mantine/core'

interface More {
  hasNextPage: boolean
  isFetchingNextPage: boolean
  fetchNextPage: () => unknown
}

/** Beyond this many rows a search serves better, and the browser stays quick. */
const rowsMax = 1000

export function LoadMore({ query, shown }: { query: More; shown: number }) {
  if (!query.hasNextPage) return null
  return (
    <Center p="sm">
      {shown >= rowsMax ? (
        <Text size="sm" c="dimmed">
          The first {shown.toLocaleString('en')} are shown. Search or filter to find others.
        </Text>
      ) : (
        <Button variant="default" size="xs" loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
          Load more
        </Button>
      )}
    </Center>
  )
}
