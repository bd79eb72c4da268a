import type { KeyboardEvent, ReactNode } from 'react'
import { Anchor, Group, Paper } from '@mantine/core'
import { useInViewport } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { LinkSuggestion } from '../../../src/contract/links.ts'
import { useDecideSuggestion } from '../api/decide-suggestion.ts'
import { userQuery } from '../api/queries.ts'
import { individualQuery } from '../api/record-queries.ts'
import { GuardedButton, useMay } from '../parts/access.tsx'
import { Ago, ChannelName, Status } from '../parts/bits.tsx'
import { actorName } from '../parts/consent-words.ts'
import { RecordLink } from '../parts/record-link.tsx'
import { kindWords, suggestionWords, sureness } from '../parts/record-words.ts'

/** One suggestion: the person, who they could be, and why. */
export function SuggestionCard({ suggestion }: { suggestion: LinkSuggestion }) {
  const { ref, inViewport } = useInViewport<HTMLLIElement>()
  const decide = useDecideSuggestion(suggestion, focusNext)
  const mayDecide = useMay('agent') && suggestion.decision === null
  function onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') walk(event)
    else if (mayDecide && !decide.isPending && event.key.toLowerCase() === 't') decide.mutate('taken')
    else if (mayDecide && !decide.isPending && event.key.toLowerCase() === 'd') decide.mutate('dismissed')
  }
  return (
    <li ref={ref} onKeyDown={onKeyDown}>
      <Paper withBorder component="article" className="review" aria-label={`${suggestion.messagingUserName} could be ${suggestion.recordName}`}>
        <div className="review-head">
          <Status {...sureness(suggestion.score)} />
          <span className="dim">
            {suggestion.score} of 100 · <Ago at={suggestion.suggestedAt} />
          </span>
        </div>
        <div className="side-by-side">
          <Person suggestion={suggestion} isShown={inViewport} />
          <Candidate suggestion={suggestion} isShown={inViewport} />
        </div>
        <ul className="reasons because" aria-label="Reasons">
          {suggestion.reasons.map(({ message }) => (
            <li key={message}>{message}</li>
          ))}
        </ul>
        {suggestion.decision ? (
          <Decided suggestion={suggestion} decision={suggestion.decision} />
        ) : (
          <Group gap="xs" mt="sm">
            <GuardedButton role="agent" blockedBy={decide.isPending ? 'Being decided' : undefined} onClick={() => decide.mutate('taken')}>
              Take
            </GuardedButton>
            <GuardedButton
              role="agent"
              variant="default"
              blockedBy={decide.isPending ? 'Being decided' : undefined}
              onClick={() => decide.mutate('dismissed')}
            >
              Dismiss
            </GuardedButton>
          </Group>
        )}
      </Paper>
    </li>
  )
}

interface SideProps {
  suggestion: LinkSuggestion
  /** The details are read when somebody gets to see them. */
  isShown: boolean
}

function Person({ suggestion, isShown }: SideProps) {
  const { data: user } = useQuery({ ...userQuery(suggestion.messagingUserId), enabled: isShown })
  return (
    <Side title="Messaging user">
      <Anchor
        renderRoot={(props) => <Link to="/messaging-users/$userId" params={{ userId: suggestion.messagingUserId }} {...props} />}
        fw={600}
        size="sm"
        className="wrap-any"
        data-suggestion-link
      >
        <bdi>{suggestion.messagingUserName}</bdi>
      </Anchor>
      <ChannelName type={user?.channelType ?? ''} name={suggestion.channelName} />
      <Fact text={user?.externalId ?? user?.platformKey} />
      <Fact text={user?.isoCountryCode} />
      {user?.isShared && <span className="dim">Shared by several people</span>}
    </Side>
  )
}

function Candidate({ suggestion, isShown }: SideProps) {
  const { data: individual } = useQuery({ ...individualQuery(suggestion.recordId), enabled: isShown })
  return (
    <Side title={kindWords[suggestion.kind].label}>
      <b>
        <RecordLink id={suggestion.recordId}>{suggestion.recordName}</RecordLink>
      </b>
      <Fact text={individual?.accountName} />
      {individual?.phones.map(({ number, isShared }) => (
        <Fact key={number} text={isShared ? `${number} (shared)` : number} />
      ))}
      {individual?.emails.map(({ email }) => (
        <Fact key={email} text={email} />
      ))}
      <Fact text={individual?.isoCountryCode} />
    </Side>
  )
}

function Side({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="side">
      <span className="dim">{title}</span>
      {children}
    </div>
  )
}

const Fact = ({ text }: { text: string | null | undefined }) => (text ? <bdi className="wrap-any">{text}</bdi> : null)

interface DecidedProps {
  suggestion: LinkSuggestion
  decision: NonNullable<LinkSuggestion['decision']>
}

function Decided({ suggestion: { decidedBy, decidedAt }, decision }: DecidedProps) {
  return (
    <div className="review-decided">
      <Status {...suggestionWords[decision]} />
      <span className="dim">
        {decidedBy && `by ${actorName(decidedBy)}, `}
        <Ago at={decidedAt} />
      </span>
    </div>
  )
}

const linkOf = (card: Element | null | undefined) => card?.querySelector<HTMLElement>('[data-suggestion-link]')

function walk(event: KeyboardEvent) {
  const next = linkOf(event.key === 'ArrowDown' ? event.currentTarget.nextElementSibling : event.currentTarget.previousElementSibling)
  if (!next) return
  event.preventDefault()
  next.focus()
}

/** The card goes away with what had the focus. Not to a button: a second press must not decide about somebody else. */
function focusNext() {
  const card = document.activeElement?.closest('li')
  linkOf(card?.nextElementSibling ?? card?.previousElementSibling)?.focus()
}
