import type { ReactNode } from 'react'
import { Anchor } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { IconCheck, IconX } from '@tabler/icons-react'
import type { MessagingUser } from '../../../src/contract/messaging-users.ts'
import type { Session } from '../../../src/contract/sessions.ts'
import { rowsOf } from '../api/queries.ts'
import type { individualSessionsQuery, individualUsersQuery } from '../api/record-queries.ts'
import { Ago, ConnectorIcon, Section, Status } from '../parts/bits.tsx'
import { consentMeans } from '../parts/consent-words.ts'
import { LoadMore } from '../parts/load-more.tsx'
import { Loaded, Skeletons } from '../parts/states.tsx'
import { consentWords, sessionWords } from '../parts/words.ts'

interface UserCardsProps {
  query: ReturnType<typeof individualUsersQuery>
  sessions: ReturnType<typeof individualSessionsQuery>
  /** What else can be done, if nobody is linked. */
  whenNone?: string
  action?: ReactNode
}

/** Everybody who is linked to an individual or account: where they write, and what they consented to. */
export function UserCards({ query: options, sessions, whenNone, action }: UserCardsProps) {
  const query = useInfiniteQuery(options)
  const open = rowsOf(useInfiniteQuery(sessions).data).filter((session) => !session.endedAt)
  return (
    <Section title="Messaging users" action={action}>
      <Loaded query={query} skeleton={<Skeletons rows={3} height={48} />}>
        {(data) => {
          const users = rowsOf(data)
          if (users.length === 0)
            return (
              <p className="empty-line">
                Nobody is linked yet. Open a messaging user and link them there, or see the link suggestions. {whenNone}
              </p>
            )
          return (
            <>
              <ul className="user-cards">
                {users.map((user) => (
                  <UserCard key={user.id} user={user} session={open.find(({ messagingUserId }) => messagingUserId === user.id)} />
                ))}
              </ul>
              <LoadMore query={query} shown={users.length} />
            </>
          )
        }}
      </Loaded>
    </Section>
  )
}

function UserCard({ user, session }: { user: MessagingUser; session: Session | undefined }) {
  const address = user.externalId ?? user.platformKey
  return (
    <li className="user-card">
      <ConnectorIcon type={user.channelType} size={22} />
      <div className="grow">
        <div className="session-line">
          <Anchor
            renderRoot={(props) => <Link to="/messaging-users/$userId" params={{ userId: user.id }} {...props} />}
            size="sm"
            fw={550}
            className="wrap-any"
          >
            <bdi>{user.name}</bdi>
          </Anchor>
          <span className="dim end">
            <Ago at={user.lastMessageAt} />
          </span>
        </div>
        <div className="dim wrap-any">
          <bdi>{user.channelName}</bdi>
          {address !== user.name && (
            <>
              {' · '}
              <bdi>{address}</bdi>
            </>
          )}
        </div>
        <div className="user-card-consent">
          <Status {...consentWords[user.consentStatus ?? 'none']} />
          <span className="opted-in" data-yes={user.isFullyOptedIn}>
            {user.isFullyOptedIn ? <IconCheck size={14} aria-hidden /> : <IconX size={14} aria-hidden />}
            {user.isFullyOptedIn ? 'Fully opted in' : 'Not fully opted in'}
          </span>
          {user.blocked && <Status label="Blocked" colour="red" />}
        </div>
        <p className="dim">{consentMeans[user.consentStatus ?? 'none']}</p>
        {session && (
          <div className="session-line">
            <Link to="/messaging-users/$userId" params={{ userId: user.id }} search={{ session: session.id }}>
              {session.name}
            </Link>
            <Status {...sessionWords[session.status]} />
            {session.ownerName && <span className="dim">served by {session.ownerName}</span>}
          </div>
        )}
      </div>
    </li>
  )
}
