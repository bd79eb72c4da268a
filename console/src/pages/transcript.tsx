import { Fragment } from 'react'
import { Button, Center, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ConversationEntry } from '../../../src/contract/entries.ts'
import { rowsOf, userEntriesQuery, userSessionsQuery } from '../api/queries.ts'
import { formatDay } from '../parts/format.ts'
import { useReveal, type OlderPages } from '../parts/reveal.ts'
import { Loaded, Skeletons } from '../parts/states.tsx'
import { Bubble } from './bubble.tsx'
import { ConsentLine, SessionLine } from './system-line.tsx'
import { showInPane, useStayPut } from './transcript-scroll.ts'

/** A session begins at the top of the pane, a message stands in the middle of it. */
export interface Place {
  session?: string
  message?: string
}

/** What was said and what happened, oldest on top, in the platform's own time. `place` is brought into view. */
export function Transcript({ userId, place }: { userId: string; place: Place }) {
  const query = useInfiniteQuery(userEntriesQuery(userId))
  return (
    <Loaded query={query} skeleton={<Skeletons rows={6} height={40} />}>
      {(data) => {
        const entries = data.pages.flatMap((page) => page.items).toReversed()
        if (entries.length === 0)
          return (
            <Text size="sm" c="dimmed" p="md">
              Nothing has been said yet.
            </Text>
          )
        return <Conversation entries={entries} query={query} userId={userId} place={place} />
      }}
    </Loaded>
  )
}

interface ConversationProps {
  entries: ConversationEntry[]
  query: OlderPages
  userId: string
  place: Place
}

function Conversation({ entries, query, userId, place }: ConversationProps) {
  const pane = useStayPut(entries.map(keyOf))
  const sessions = sessionsOf(entries)
  const isLoaded = place.message
    ? entries.some((entry) => entry.kind === 'message' && entry.message.id === place.message)
    : place.session !== undefined && sessions.includes(place.session) && sessions[0] !== place.session
  useReveal(query, place.message ?? place.session, isLoaded, place.message ? showMessage : showSession)
  const { data } = useInfiniteQuery(userSessionsQuery(userId))
  const sessionNames = new Map(rowsOf(data).map((session) => [session.id, session.name]))
  const byPlatformId = new Map(
    entries.flatMap((entry) => (entry.kind === 'message' ? [[entry.message.platformMessageId, entry.message] as const] : [])),
  )
  return (
    <div className="transcript" ref={pane} tabIndex={0} role="log" aria-label="Transcript">
      {query.hasNextPage && (
        <Center>
          <Button variant="default" size="xs" loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
            Load older
          </Button>
        </Center>
      )}
      {entries.map((entry, index) => {
        const before = entries[index - 1]
        const newDay = !before || formatDay(before.at) !== formatDay(entry.at)
        const session = sessions[index]
        const repliesTo = entry.kind === 'message' && entry.message.replyToPlatformMessageId
        return (
          <Fragment key={keyOf(entry)}>
            {session && session !== sessions[index - 1] && (
              <SessionMark userId={userId} id={session} name={sessionNames.get(session)} current={session === place.session} />
            )}
            {newDay && (
              <div className="day">
                <span>{formatDay(entry.at)}</span>
              </div>
            )}
            {entry.kind === 'message' && (
              <Bubble
                message={entry.message}
                repliesTo={repliesTo ? byPlatformId.get(repliesTo) : undefined}
                current={entry.message.id === place.message}
              />
            )}
            {entry.kind === 'session' && <SessionLine entry={entry} />}
            {entry.kind === 'consent' && <ConsentLine event={entry.event} userId={userId} />}
          </Fragment>
        )
      })}
    </div>
  )
}

const showMessage = (element: HTMLElement) => showInPane(element, 'middle')
const showSession = (element: HTMLElement) => showInPane(element, 'top')

function keyOf(entry: ConversationEntry): string {
  if (entry.kind === 'message') return entry.message.id
  if (entry.kind === 'consent') return entry.event.id
  return `${entry.sessionId} ${entry.at} ${entry.change} ${entry.to}`
}

/** The session of each line. A change of consent belongs to none; it stays with the line before. */
function sessionsOf(entries: ConversationEntry[]): (string | undefined)[] {
  let session: string | undefined
  return entries.map((entry) => {
    if (entry.kind === 'message') session = entry.message.sessionId
    if (entry.kind === 'session') session = entry.sessionId
    return session
  })
}

function SessionMark({ userId, id, name, current }: { userId: string; id: string; name: string | undefined; current: boolean }) {
  return (
    <div className="session-mark" data-place={id} data-current={current || undefined}>
      <Link to="/messaging-users/$userId" params={{ userId }} search={{ session: id }} replace resetScroll={false}>
        Session {name ?? ''}
      </Link>
    </div>
  )
}
