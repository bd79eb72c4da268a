import { Anchor, Grid, Group, Paper, Stack, Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { IconChevronLeft } from '@tabler/icons-react'
import type { MessagingUser } from '../../../src/contract/messaging-users.ts'
import { userQuery } from '../api/queries.ts'
import { Ago, ChannelName, Copy, Status, UserAvatar } from '../parts/bits.tsx'
import { formatCount } from '../parts/format.ts'
import { Loaded, Skeletons } from '../parts/states.tsx'
import { consentWords } from '../parts/words.ts'
import { BlockBanner, BlockButton } from './block.tsx'
import { Composer } from './composer.tsx'
import { ConsentCard } from './consent-card.tsx'
import { ConsentLedger } from './consent-ledger.tsx'
import { LinksCard } from './links-card.tsx'
import { NumberOwner } from './number-owner.tsx'
import { ReferencesCard } from './references-card.tsx'
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
            <BlockBanner user={user} />
            <Grid gap="md" className="user-grid">
              <Grid.Col span={{ base: 12, lg: 7 }}>
                <Conversation key={user.id} user={user} />
              </Grid.Col>
              <Grid.Col span={{ base: 12, lg: 5 }}>
                <Stack gap="md">
                  <ConsentCard user={user} />
                  <LinksCard user={user} />
                  <UserSessions userId={user.id} selected={session} />
                  <ReferencesCard userId={user.id} />
                  <UserFields user={user} />
                  <NumberOwner user={user} />
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

/** What was said, and what was said about consent. */
function Conversation({ user }: { user: MessagingUser }) {
  const { session, message, view, line } = useSearch({ from: '/signed-in/messaging-users/$userId' })
  const navigate = useNavigate()
  const show = (tab: string | null) =>
    navigate({
      to: '/messaging-users/$userId',
      params: { userId: user.id },
      search: tab === 'ledger' ? { view: 'ledger' } : {},
      replace: true,
      resetScroll: false,
    })
  return (
    <Paper withBorder component="section" aria-label="Conversation" className="section conversation">
      <Tabs value={view ?? 'transcript'} onChange={show} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="transcript">Transcript</Tabs.Tab>
          <Tabs.Tab value="ledger">Consent ledger</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="transcript">
          <Transcript userId={user.id} place={{ session, message }} />
          <Composer user={user} />
        </Tabs.Panel>
        <Tabs.Panel value="ledger">
          <ConsentLedger userId={user.id} line={line} />
        </Tabs.Panel>
      </Tabs>
    </Paper>
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
        <BlockButton user={user} />
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
      </dl>
    </header>
  )
}
