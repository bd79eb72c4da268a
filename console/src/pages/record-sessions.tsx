import { Anchor } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { individualSessionsQuery } from '../api/record-queries.ts'
import { rowsOf } from '../api/queries.ts'
import { Ago, ChannelName, Section, Status } from '../parts/bits.tsx'
import { LoadMore } from '../parts/load-more.tsx'
import { Loaded, Skeletons } from '../parts/states.tsx'
import { sessionWords } from '../parts/words.ts'
import { ContactThen } from './session-contact.tsx'
import { SessionMenu } from './session-menu.tsx'

/** The sessions of everybody who is linked to an individual or account, latest first. */
export function RecordSessions({ query: options }: { query: ReturnType<typeof individualSessionsQuery> }) {
  const query = useInfiniteQuery(options)
  return (
    <Section title="Messaging Sessions">
      <Loaded query={query} skeleton={<Skeletons rows={3} />}>
        {(data) => {
          const sessions = rowsOf(data)
          if (sessions.length === 0) return <p className="empty-line">No session yet.</p>
          return (
            <div className="related">
              <ul className="session-list">
                {sessions.map((session) => (
                  <li key={session.id}>
                    <div className="session-line">
                      <Anchor
                        renderRoot={(props) => (
                          <Link
                            to="/messaging-users/$userId"
                            params={{ userId: session.messagingUserId }}
                            search={{ session: session.id }}
                            {...props}
                          />
                        )}
                        size="sm"
                        fw={550}
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
                      <ChannelName type={session.channelType} name={session.channelName} />
                      <bdi className="cut">{session.messagingUserName}</bdi>
                      <span className="cut grow" dir="auto">
                        {session.preview ?? '–'}
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
