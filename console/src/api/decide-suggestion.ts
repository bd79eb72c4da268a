import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { LinkSuggestion } from '../../../src/contract/links.ts'
import { put } from './client.ts'

export type SuggestionDecision = 'taken' | 'dismissed'

/** Takes a suggestion, which links the person, or dismisses it for good. @param onDecided before the lists are read again */
export function useDecideSuggestion(suggestion: LinkSuggestion, onDecided?: () => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (decision: SuggestionDecision) => put<LinkSuggestion>(`/api/v1/link-suggestions/${suggestion.id}/decision`, { decision }),
    onSuccess: (_, decision) => {
      onDecided?.()
      const done = `${suggestion.messagingUserName} is linked to ${suggestion.recordName}`
      notifications.show({ message: decision === 'taken' ? done : 'Dismissed: it will not be suggested again' })
    },
    onError: (error) => notifications.show({ color: 'red', title: 'Not decided', message: error.message }),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['link-suggestions'] }),
        client.invalidateQueries({ queryKey: ['messaging-user', suggestion.messagingUserId] }),
      ]),
  })
}
