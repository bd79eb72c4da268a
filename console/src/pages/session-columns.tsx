import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Session } from '../../../src/contract/sessions.ts'
import { Ago, ChannelName, Status } from '../parts/bits.tsx'
import type { Column } from '../parts/data-table.tsx'
import { formatCount, formatDuration } from '../parts/format.ts'
import { endedByWords, originWords, sessionWords } from '../parts/words.ts'
import { SessionContact } from './session-contact.tsx'
import { SessionMenu } from './session-menu.tsx'

export const sessionColumns: Column<Session>[] = [
  { id: 'name', header: 'Session', cell: (session) => <SessionLink session={session} /> },
  {
    id: 'user',
    header: 'Messaging user, contact',
    cell: (session) => (
      <SessionContact session={session}>
        <Cut text={session.messagingUserName} />
      </SessionContact>
    ),
  },
  {
    id: 'channel',
    header: 'Channel',
    wide: true,
    cell: (session) => <ChannelName type={session.channelType} name={session.channelName} />,
  },
  { id: 'status', header: 'Status', cell: (session) => <Status {...sessionWords[session.status]} /> },
  { id: 'origin', header: 'Origin', wide: true, cell: (session) => originWords[session.origin].label },
  { id: 'owner', header: 'Owner', wide: true, cell: (session) => <Cut text={session.ownerName} /> },
  { id: 'started', header: 'Started', wide: true, cell: (session) => <Ago at={session.startedAt} /> },
  { id: 'ended', header: 'Ended', wide: true, cell: (session) => <Ended session={session} /> },
  {
    id: 'messages',
    header: 'Messages in / out',
    wide: true,
    align: 'right',
    cell: (session) => `${formatCount(session.endUserMessageCount)} / ${formatCount(session.agentMessageCount)}`,
  },
  {
    id: 'firstResponse',
    header: 'First response',
    wide: true,
    align: 'right',
    cell: (session) => <Duration seconds={session.firstResponseSeconds} />,
  },
  {
    id: 'averageResponse',
    header: 'Average response',
    wide: true,
    align: 'right',
    cell: (session) => <Duration seconds={session.averageResponseSeconds} />,
  },
  { id: 'actions', header: 'Actions', align: 'right', cell: (session) => <SessionMenu session={session} /> },
]

/** The number, and below it the last thing said. */
function SessionLink({ session }: { session: Session }) {
  return (
    <span className="user-link-text">
      <Anchor
        renderRoot={(props) => (
          <Link
            to="/messaging-users/$userId"
            params={{ userId: session.messagingUserId }}
            search={{ session: session.id }}
            {...props}
          />
        )}
        data-row-link
        className="row-link"
      >
        {session.name}
      </Anchor>
      {session.preview && (
        <small dir="auto" title={session.preview}>
          {session.preview}
        </small>
      )}
    </span>
  )
}

function Cut({ text }: { text: string | null }) {
  if (!text) return <span className="none">–</span>
  return (
    <span className="cut" dir="auto" title={text}>
      {text}
    </span>
  )
}

function Ended({ session }: { session: Session }) {
  if (!session.endedAt) return <span className="none">–</span>
  return (
    <span className="user-link-text">
      <Ago at={session.endedAt} />
      {session.endedBy && <small>{endedByWords[session.endedBy].label}</small>}
    </span>
  )
}

function Duration({ seconds }: { seconds: number | null }) {
  return seconds === null ? <span className="none">–</span> : formatDuration(seconds)
}
