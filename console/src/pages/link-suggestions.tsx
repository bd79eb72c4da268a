import { Kbd, Paper, Tabs, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { IconCircleCheck } from '@tabler/icons-react'
import { rowsOf } from '../api/queries.ts'
import { linkSuggestionsQuery } from '../api/record-queries.ts'
import { useMay } from '../parts/access.tsx'
import { PageHead } from '../parts/bits.tsx'
import { LoadMore } from '../parts/load-more.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { SuggestionCard } from './link-suggestion.tsx'

/** Who could be behind messaging users: a person takes each, or dismisses it. */
export function LinkSuggestionsPage() {
  const { decided } = useSearch({ from: '/signed-in/link-suggestions' })
  const navigate = useNavigate()
  return (
    <>
      <PageHead title="Link suggestions" />
      <Tabs
        value={decided ? 'decided' : 'open'}
        onChange={(tab) => navigate({ to: '/link-suggestions', search: { decided: tab === 'decided' || undefined }, replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="open">Open</Tabs.Tab>
          <Tabs.Tab value="decided">Decided</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="open">
          <Suggestions open />
        </Tabs.Panel>
        <Tabs.Panel value="decided">
          <Suggestions open={false} />
        </Tabs.Panel>
      </Tabs>
    </>
  )
}

function Suggestions({ open }: { open: boolean }) {
  const query = useInfiniteQuery(linkSuggestionsQuery(open))
  const mayDecide = useMay('agent')
  return (
    <Loaded query={query}>
      {(data) => {
        const suggestions = rowsOf(data)
        if (suggestions.length === 0) return <NoSuggestions open={open} />
        return (
          <>
            {open && mayDecide && (
              <Text size="xs" c="dimmed" mb="sm" visibleFrom="sm">
                On a suggestion: <Kbd size="xs">↑</Kbd> <Kbd size="xs">↓</Kbd> to the next, <Kbd size="xs">T</Kbd> takes,{' '}
                <Kbd size="xs">D</Kbd> dismisses
              </Text>
            )}
            <ol className="reviews" aria-label={open ? 'Open suggestions, surest first' : 'Decided suggestions'}>
              {suggestions.map((suggestion) => (
                <SuggestionCard key={suggestion.id} suggestion={suggestion} />
              ))}
            </ol>
            <LoadMore query={query} shown={suggestions.length} />
          </>
        )
      }}
    </Loaded>
  )
}

function NoSuggestions({ open }: { open: boolean }) {
  return (
    <Paper withBorder>
      <EmptyState icon={<IconCircleCheck size={24} />} title={open ? 'Nothing to decide' : 'Nothing has been decided yet'}>
        {open
          ? 'Whoever writes, and may be one of your contacts, is suggested here. The link rules say who is compared, and what is sure enough.'
          : 'Here stay the suggestions that somebody took or dismissed, with who and when.'}
      </EmptyState>
    </Paper>
  )
}
