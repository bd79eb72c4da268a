import { Anchor, Grid, Group, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { IconChevronLeft } from '@tabler/icons-react'
import type { MessagingUser } from '../../../src/contract/messaging-users.ts'
import { userQuery } from '../api/queries.ts'
import { Ago, ChannelName, Copy, Status, UserAvatar } from '../parts/bits.tsx'
import { formatCount } from '../parts/format.ts'
import { Loaded, Skeletons } from '../parts/states.tsx'
import { consentWords } from '../parts/words.ts'
import { UserAliases, UserFields } from './messaging-user-fields.tsx'
import { UserHistory } from './messaging-user-history.tsx'
import { EditableName } from './messaging-user-name.tsx'
import { UserSessions } from './messaging-user-sessions.tsx'
import { Transcript } from './transcript.tsx'

export function MessagingUserPage() {
  const { userId } = useParams({ from: '/signed-in/messaging-users/$userId' })
  const { session } = useSearch({ from: '/signed-in/messaging-users/$userId' })
  const query = useQuery(userQuery(userId))
  return (
    <>
      <Anchor renderRoot={(props) => <Link to="/messaging-users" {...props} />} size="sm" className="back">
        <IconChevronLeft size={15} aria-hidden /> Messaging users
      </Anchor>
      <Loaded isPage query={query} skeleton={<Skeletons rows={10} />}>
        {(user) => (
          <>
            <Header user={user} />
            <Grid gap="md" className="user-grid">
              <Grid.Col span={{ base: 12, lg: 7 }}>
                <Transcript key={user.id} userId={user.id} sessionId={session} />
              </Grid.Col>
              <Grid.Col span={{ base: 12, lg: 5 }}>
                <Stack gap="md">
                  <UserSessions userId={user.id} selected={session} />
                  <UserFields user={user} />
                  <UserAliases userId={user.id} />
                  <UserHistory userId={user.id} />
                </Stack>
              </Grid.Col>
            </Grid>
          </>
        )}
      </Loaded>
    </>
  )
}

function Header({ user }: { user: MessagingUser }) {
  const address = user.externalId ?? user.platformKey
  return (
    <header className="user-head">
      <Group gap="md" wrap="nowrap" align="center">
        <UserAvatar user={user} size={52} />
        <div className="user-head-text">
          <EditableName user={user} />
          <Group gap="xs" className="dim">
            <ChannelName type={user.channelType} name={user.channelName} />
            <span aria-hidden>·</span>
            <Group gap={2} wrap="nowrap">
              <bdi className="wrap-any">{address}</bdi>
              <Copy value={address} label="External ID" />
            </Group>
          </Group>
        </div>
      </Group>
      <dl className="highlights">
        <div>
          <dt>Consent</dt>
          <dd>
            <Status {...consentWords[user.consentStatus ?? 'none']} />
          </dd>
        </div>
        <div>
          <dt>First message</dt>
          <dd>
            <Ago at={user.firstMessageAt} />
          </dd>
        </div>
        <div>
          <dt>Last message</dt>
          <dd>
            <Ago at={user.lastMessageAt} />
          </dd>
        </div>
        <div>
          <dt>Sessions</dt>
          <dd>{formatCount(user.sessionCount)}</dd>
        </div>
        <div>
          <dt>Messages</dt>
          <dd>{formatCount(user.messageCount)}</dd>
        </div>
        {user.blocked && (
          <div>
            <dt>Blocked</dt>
            <dd>
              <Status label="Blocked" colour="red" />
            </dd>
          </div>
        )}
      </dl>
    </header>
  )
}
