import { Fragment, useState } from 'react'
import { Button, Center, Chip, Group, Paper, Title } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { MessagingUser } from '../../../src/contract/messaging-users.ts'
import type { Message } from '../../../src/contract/sessions.ts'
import { rowsOf } from '../api/queries.ts'
import { individualEntriesQuery, individualSessionsQuery, individualUsersQuery, type ChannelEntry } from '../api/record-queries.ts'
import { ConnectorIcon } from '../parts/bits.tsx'
import { formatDay } from '../parts/format.ts'
import type { OlderPages } from '../parts/reveal.ts'
import { Loaded, Skeletons } from '../parts/states.tsx'
import { Bubble } from './bubble.tsx'
import { channelLabel } from './channel-label.ts'
import { ContactComposer } from './contact-composer.tsx'
import { ConsentLine, SessionLine } from './system-line.tsx'
import { useStayPut } from './transcript-scroll.ts'

interface ContactTimelineProps {
  individualId: string
  /** The messaging user with whom a conversation was just begun. */
  started: string | undefined
}

/** What one person said on all channels, interleaved by time, and where to write to them. */
export function ContactTimeline({ individualId, started }: ContactTimelineProps) {
  const [only, setOnly] = useState<string>()
  const query = useInfiniteQuery(individualEntriesQuery(individualId, only))
  const users = rowsOf(useInfiniteQuery(individualUsersQuery(individualId)).data)
  return (
    <Paper withBorder component="section" aria-label="Conversations" className="section conversation">
      <Group justify="space-between" px="md" py="xs" className="section-head" mih={44}>
        <Title order={2}>All channels</Title>
        {users.length > 1 && <ChannelChips users={users} only={only} onChange={setOnly} />}
      </Group>
      <Loaded query={query} skeleton={<Skeletons rows={6} height={40} />}>
        {(data) => {
          const entries = data.pages.flatMap((page) => page.items).toReversed()
          if (entries.length === 0) return <p className="empty-line">Nothing has been said yet. {users.length === 0 ? writeFirst : whatAppears}</p>
          return <Entries key={only} individualId={individualId} entries={entries} query={query} users={users} />
        }}
      </Loaded>
      {users.length > 0 && <ContactComposer users={users} only={only} started={started} />}
    </Paper>
  )
}

const writeFirst = 'With “New conversation” you can write first, on channels where people are known by a number or an id before they write.'
const whatAppears = 'What the linked messaging users say appears here.'
const all = 'all'

interface ChannelChipsProps {
  users: MessagingUser[]
  only: string | undefined
  onChange: (userId: string | undefined) => void
}

function ChannelChips({ users, only, onChange }: ChannelChipsProps) {
  return (
    <Chip.Group value={only ?? all} onChange={(value: string) => onChange(value === all ? undefined : value)}>
      <Group gap={6} role="group" aria-label="Show the channel">
        <Chip value={all} size="xs">
          All
        </Chip>
        {users.map((user) => (
          <Chip key={user.id} value={user.id} size="xs">
            {channelLabel(user, users)}
          </Chip>
        ))}
      </Group>
    </Chip.Group>
  )
}

interface EntriesProps {
  individualId: string
  entries: ChannelEntry[]
  query: OlderPages
  users: MessagingUser[]
}

function Entries({ individualId, entries, query, users }: EntriesProps) {
  const pane = useStayPut(entries.map(keyOf))
  const sessions = sessionsOf(entries)
  const { data } = useInfiniteQuery(individualSessionsQuery(individualId))
  const sessionNames = new Map(rowsOf(data).map((session) => [session.id, session.name]))
  const byPlatformId = new Map(entries.flatMap((entry) => (entry.kind === 'message' ? [[platformKeyOf(entry.message), entry.message] as const] : [])))
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
        const session = sessions[index]
        return (
          <Fragment key={keyOf(entry)}>
            {(!before || formatDay(before.at) !== formatDay(entry.at)) && (
              <div className="day">
                <span>{formatDay(entry.at)}</span>
              </div>
            )}
            {(before?.messagingUserId !== entry.messagingUserId || (session && session !== sessions[index - 1])) && (
              <ChannelMark
                user={users.find(({ id }) => id === entry.messagingUserId)}
                userId={entry.messagingUserId}
                session={session}
                name={session && sessionNames.get(session)}
              />
            )}
            {entry.kind === 'message' && (
              <Bubble message={entry.message} repliesTo={repliedTo(entry.message, byPlatformId)} current={false} />
            )}
            {entry.kind === 'session' && <SessionLine entry={entry} />}
            {entry.kind === 'consent' && <ConsentLine event={entry.event} userId={entry.messagingUserId} />}
          </Fragment>
        )
      })}
    </div>
  )
}

const platformKeyOf = ({ messagingUserId, platformMessageId }: Message) => `${messagingUserId} ${platformMessageId}`
const repliedTo = ({ messagingUserId, replyToPlatformMessageId: id }: Message, known: Map<string, Message>) =>
  id ? known.get(`${messagingUserId} ${id}`) : undefined

function keyOf(entry: ChannelEntry): string {
  if (entry.kind === 'message') return entry.message.id
  if (entry.kind === 'consent') return entry.event.id
  return `${entry.sessionId} ${entry.at} ${entry.change} ${entry.to}`
}

/** The session of each line. A change of consent belongs to none; it stays with the line before of the same person. */
function sessionsOf(entries: ChannelEntry[]): (string | undefined)[] {
  const latest = new Map<string, string>()
  return entries.map((entry) => {
    const session = entry.kind === 'message' ? entry.message.sessionId : entry.kind === 'session' ? entry.sessionId : undefined
    if (session) latest.set(entry.messagingUserId, session)
    return latest.get(entry.messagingUserId)
  })
}

interface ChannelMarkProps {
  user: MessagingUser | undefined
  userId: string
  session: string | undefined
  name: string | undefined
}

/** From here on it is this channel, and this session of it. */
function ChannelMark({ user, userId, session, name }: ChannelMarkProps) {
  return (
    <div className="session-mark">
      <Link to="/messaging-users/$userId" params={{ userId }} search={{ session }} className="channel-mark">
        {user && <ConnectorIcon type={user.channelType} size={14} />}
        <bdi>{user?.channelName ?? 'Messaging user'}</bdi>
        {name && ` · ${name}`}
      </Link>
    </div>
  )
}
