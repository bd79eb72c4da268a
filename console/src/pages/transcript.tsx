import { Fragment } from 'react'
import { Button, Center, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Message } from '../../../src/contract/sessions.ts'
import { rowsOf, userMessagesQuery, userSessionsQuery } from '../api/queries.ts'
import { Section } from '../parts/bits.tsx'
import { formatDay } from '../parts/format.ts'
import { Loaded, Skeletons } from '../parts/states.tsx'
import { Bubble } from './bubble.tsx'
import { useFindSession, useStayPut, type OlderPages } from './transcript-scroll.ts'

/** What was said, oldest on top, in the platform's own time. `sessionId` is brought into view. */
export function Transcript({ userId, sessionId }: { userId: string; sessionId: string | undefined }) {
  const query = useInfiniteQuery(userMessagesQuery(userId))
  return (
    <Section title="Transcript">
      <Loaded query={query} skeleton={<Skeletons rows={6} height={40} />}>
        {(data) => {
          const messages = rowsOf(data).toReversed()
          if (messages.length === 0)
            return (
              <Text size="sm" c="dimmed" p="md">
                Nothing has been said yet.
              </Text>
            )
          return <Conversation messages={messages} query={query} userId={userId} sessionId={sessionId} />
        }}
      </Loaded>
    </Section>
  )
}

interface ConversationProps {
  messages: Message[]
  query: OlderPages
  userId: string
  sessionId: string | undefined
}

function Conversation({ messages, query, userId, sessionId }: ConversationProps) {
  const pane = useStayPut(messages)
  useFindSession(messages, query, sessionId)
  const { data } = useInfiniteQuery(userSessionsQuery(userId))
  const sessionNames = new Map(rowsOf(data).map((session) => [session.id, session.name]))
  const byPlatformId = new Map(messages.map((message) => [message.platformMessageId, message]))
  return (
    <div className="transcript" ref={pane} tabIndex={0} role="log" aria-label="Transcript">
      {query.hasNextPage && (
        <Center>
          <Button variant="default" size="xs" loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
            Load older
          </Button>
        </Center>
      )}
      {messages.map((message, index) => {
        const before = messages[index - 1]
        const newSession = before?.sessionId !== message.sessionId
        const newDay = !before || formatDay(before.sentAt) !== formatDay(message.sentAt)
        const repliesTo = message.replyToPlatformMessageId ? byPlatformId.get(message.replyToPlatformMessageId) : undefined
        return (
          <Fragment key={message.id}>
            {newSession && (
              <SessionMark
                userId={userId}
                id={message.sessionId}
                name={sessionNames.get(message.sessionId)}
                current={message.sessionId === sessionId}
              />
            )}
            {newDay && (
              <div className="day">
                <span>{formatDay(message.sentAt)}</span>
              </div>
            )}
            <Bubble message={message} repliesTo={repliesTo} />
          </Fragment>
        )
      })}
    </div>
  )
}

function SessionMark({ userId, id, name, current }: { userId: string; id: string; name: string | undefined; current: boolean }) {
  return (
    <div className="session-mark" data-session={id} data-current={current || undefined}>
      <Link to="/messaging-users/$userId" params={{ userId }} search={{ session: id }} replace resetScroll={false}>
        Session {name ?? ''}
      </Link>
    </div>
  )
}
