import { Group } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { IconSearch } from '@tabler/icons-react'
import type { LinkSuggestion } from '../../../src/contract/links.ts'
import { post, type Page } from '../api/client.ts'
import { useDecideSuggestion } from '../api/decide-suggestion.ts'
import { userSuggestionsQuery } from '../api/record-queries.ts'
import { GuardedButton } from '../parts/access.tsx'
import { Status } from '../parts/bits.tsx'
import { RecordLink } from '../parts/record-link.tsx'
import { kindWords, sureness } from '../parts/record-words.ts'

/** Applies the link rules to one person, and looks for weaker signs as well. */
export function LookForMatches({ userId }: { userId: string }) {
  const client = useQueryClient()
  const look = useMutation({
    mutationFn: () => post<Page<LinkSuggestion>>(`/api/v1/messaging-users/${userId}/link-suggestions`),
    onSuccess: ({ items: { length } }) =>
      notifications.show({
        message: length === 0 ? 'No open suggestion: nobody fits, or they are linked already' : `Open suggestions: ${length}`,
      }),
    onError: (error) => notifications.show({ color: 'red', title: 'Not looked', message: error.message }),
    onSettled: () => client.invalidateQueries({ queryKey: ['messaging-user', userId] }),
  })
  return (
    <GuardedButton role="agent" variant="default" leftSection={<IconSearch size={14} />} loading={look.isPending} onClick={() => look.mutate()}>
      Look for matches
    </GuardedButton>
  )
}

/** Who a person could be, the surest first. Nothing, where nobody is suggested. */
export function UserSuggestions({ userId }: { userId: string }) {
  const { data: suggestions = [] } = useQuery(userSuggestionsQuery(userId))
  if (suggestions.length === 0) return null
  return (
    <div className="suggestions">
      <h3 className="card-head">Could be</h3>
      <ul className="choices" aria-label="Open suggestions">
        {suggestions.map((suggestion) => (
          <Suggestion key={suggestion.id} suggestion={suggestion} />
        ))}
      </ul>
    </div>
  )
}

function Suggestion({ suggestion }: { suggestion: LinkSuggestion }) {
  const { kind, recordId, recordName, score, reasons } = suggestion
  const decide = useDecideSuggestion(suggestion)
  const blockedBy = decide.isPending ? 'Being decided' : undefined
  return (
    <li>
      <span className="grow">
        <RecordLink id={recordId}>{recordName}</RecordLink> <span className="dim">{kindWords[kind].label.toLowerCase()}</span>
        <small className="source">
          <Status {...sureness(score)} /> ({score} of 100)
        </small>
        {reasons.map(({ message }) => (
          <small key={message} className="source">
            {message}
          </small>
        ))}
      </span>
      <Group gap={4}>
        <GuardedButton role="agent" size="compact-xs" blockedBy={blockedBy} onClick={() => decide.mutate('taken')}>
          Take
        </GuardedButton>
        <GuardedButton role="agent" size="compact-xs" variant="default" blockedBy={blockedBy} onClick={() => decide.mutate('dismissed')}>
          Dismiss
        </GuardedButton>
      </Group>
    </li>
  )
}
