import { useState } from 'react'
import { Anchor, Group, Paper, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ConsentReview } from '../../../src/contract/consent.ts'
import { put } from '../api/client.ts'
import { channelsQuery } from '../api/queries.ts'
import { GuardedButton, useMay } from '../parts/access.tsx'
import { Ago, ChannelName, Status } from '../parts/bits.tsx'
import { businessDaysLeft, daysLeftWords } from '../parts/business-days.ts'
import { actorName } from '../parts/consent-words.ts'
import { formatDateTime, langOf, useNow } from '../parts/format.ts'
import { findPhrase } from '../parts/highlight.ts'

type Decision = NonNullable<ConsentReview['decision']>

const decisionWords: Record<Decision, { label: string; colour: string; done: string }> = {
  OptedOut: { label: 'Opted out', colour: 'red', done: 'is opted out' },
  NoRevocation: { label: 'Not a revocation', colour: 'gray', done: 'stays as they are' },
}

/** From so many business days on, it is urgent. */
const urgentDays = 2

export function ReviewCard({ review }: { review: ConsentReview }) {
  return (
    <li>
      <Paper withBorder component="article" className="review" aria-label={`Message of ${review.messagingUserName}`}>
        <Head review={review} />
        <ReviewText review={review} />
        {review.decision ? <Decided review={review} decision={review.decision} /> : <Decide review={review} />}
      </Paper>
    </li>
  )
}

function Head({ review }: { review: ConsentReview }) {
  const { data: channels } = useQuery(channelsQuery)
  const type = channels?.find((channel) => channel.id === review.channelId)?.type ?? ''
  return (
    <div className="review-head">
      <Anchor
        renderRoot={(props) => (
          <Link
            to="/messaging-users/$userId"
            params={{ userId: review.messagingUserId }}
            search={{ message: review.messageId }}
            {...props}
          />
        )}
        fw={600}
        size="sm"
        className="wrap-any"
        data-review-link
      >
        <bdi>{review.messagingUserName}</bdi>
      </Anchor>
      <ChannelName type={type} name={review.channelName} />
      <span className="dim">
        <Ago at={review.flaggedAt} />
      </span>
      {!review.decision && <Due dueAt={review.dueAt} />}
    </div>
  )
}

function Due({ dueAt }: { dueAt: string }) {
  const left = businessDaysLeft(useNow(), Date.parse(dueAt))
  return (
    <span className="due" data-urgent={left <= urgentDays || undefined}>
      <b>{daysLeftWords(left)}</b> <time dateTime={dueAt}>{formatDateTime(dueAt)}</time>
    </span>
  )
}

function ReviewText({ review: { text, phrase, language } }: { review: ConsentReview }) {
  if (text === null) return <Text c="dimmed">The text is gone. It read like a revocation: “{phrase}”.</Text>
  const found = findPhrase(text, phrase)
  return (
    <blockquote dir="auto" lang={langOf(language)}>
      {found ? (
        <>
          {found[0]}
          <mark>{found[1]}</mark>
          {found[2]}
        </>
      ) : (
        text
      )}
    </blockquote>
  )
}

function Decided({ review, decision }: { review: ConsentReview; decision: Decision }) {
  return (
    <div className="review-decided">
      <Status label={decisionWords[decision].label} colour={decisionWords[decision].colour} />
      <span className="dim">
        {review.decidedBy && (
          <>
            by <bdi title={review.decidedBy}>{actorName(review.decidedBy)}</bdi>,{' '}
          </>
        )}
        <Ago at={review.decidedAt} />
      </span>
      {review.note && (
        <p className="wrap-any" dir="auto">
          {review.note}
        </p>
      )}
    </div>
  )
}

function Decide({ review }: { review: ConsentReview }) {
  const [note, setNote] = useState('')
  const client = useQueryClient()
  const mayDecide = useMay('agent')
  const decide = useMutation({
    mutationFn: (decision: Decision) =>
      put<ConsentReview>(`/api/v1/consent-reviews/${review.id}/decision`, { decision, ...(note.trim() && { note: note.trim() }) }),
    onSuccess: (_, decision) => {
      focusNext()
      notifications.show({ message: `${review.messagingUserName} ${decisionWords[decision].done}.` })
    },
    onError: (error) => notifications.show({ color: 'red', title: 'Not decided', message: error.message }),
    onSettled: () => client.invalidateQueries({ queryKey: ['consent-reviews'] }),
  })
  const blockedBy = decide.isPending ? 'Being decided' : undefined
  return (
    <Group gap="xs" className="review-decide">
      {mayDecide && (
        <TextInput
          size="xs"
          className="review-note"
          aria-label="Note"
          placeholder="Note (optional)"
          maxLength={2000}
          dir="auto"
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
      )}
      <GuardedButton role="agent" color="red.9" blockedBy={blockedBy} onClick={() => decide.mutate('OptedOut')}>
        Opt out
      </GuardedButton>
      <GuardedButton role="agent" variant="default" blockedBy={blockedBy} onClick={() => decide.mutate('NoRevocation')}>
        Not a revocation
      </GuardedButton>
    </Group>
  )
}

/** The card goes away with the button that had the focus. Not to a button: a second press must not decide about somebody else. */
function focusNext() {
  const card = document.activeElement?.closest('li')
  const next = card?.nextElementSibling ?? card?.previousElementSibling
  next?.querySelector<HTMLElement>('[data-review-link]')?.focus()
}
