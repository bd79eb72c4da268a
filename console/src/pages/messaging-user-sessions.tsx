import { Anchor, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { rowsOf, userSessionsQuery } from '../api/queries.ts'
import { Ago, Section, Status } from '../parts/bits.tsx'
import { formatCount } from '../parts/format.ts'
import { LoadMore } from '../parts/load-more.tsx'
import { Loaded, Skeletons } from '../parts/states.tsx'
import { sessionWords } from '../parts/words.ts'
import { ContactThen } from './session-contact.tsx'
import { SessionMenu } from './session-menu.tsx'

/** The related list: every session, each leading to its place in the transcript. */
export function UserSessions({ userId, selected }: { userId: string; selected: string | undefined }) {
  const query = useInfiniteQuery(userSessionsQuery(userId))
  return (
    <Section title="Messaging Sessions">
      <Loaded query={query} skeleton={<Skeletons rows={3} />}>
        {(data) => {
          const sessions = rowsOf(data)
          if (sessions.length === 0)
            return (
              <Text size="sm" c="dimmed" p="md">
                No session yet.
              </Text>
            )
          return (
            <div className="related">
              <ul className="session-list">
                {sessions.map((session) => (
                  <li key={session.id} data-selected={session.id === selected || undefined}>
                    <div className="session-line">
                      <Anchor
                        renderRoot={(props) => (
                          <Link
                            to="/messaging-users/$userId"
                            params={{ userId }}
                            search={{ session: session.id }}
                            replace
                            resetScroll={false}
                            {...props}
                          />
                        )}
                        size="sm"
                        fw={550}
                        aria-current={session.id === selected || undefined}
                      >
                        {session.name}
                      </Anchor>
                      <Status {...sessionWords[session.status]} />
                      <span className="dim end">
                        <Ago at={session.startedAt} />
                      </span>
                      <SessionMenu session={session} />
                    </div>
                    <div className="session-line dim">
                      <span className="cut grow" dir="auto">
                        {session.preview ?? '–'}
                      </span>
                      <span className="end">
                        {formatCount(session.endUserMessageCount)} in · {formatCount(session.agentMessageCount)} out
                      </span>
                    </div>
                    <ContactThen session={session} />
                  </li>
                ))}
              </ul>
              <LoadMore query={query} shown={sessions.length} />
            </div>
          )
        }}
      </Loaded>
    </Section>
  )
}
