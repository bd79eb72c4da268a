import { useState } from 'react'
import { Grid, Group, Stack, ThemeIcon, Title } from '@mantine/core'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { IconBuilding, IconPlus } from '@tabler/icons-react'
import type { Account } from '../../../src/contract/individuals.ts'
import { remove } from '../api/client.ts'
import { rowsOf } from '../api/queries.ts'
import { accountContactsQuery, accountQuery, accountSessionsQuery, accountUsersQuery } from '../api/record-queries.ts'
import { GuardedButton } from '../parts/access.tsx'
import { Section } from '../parts/bits.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { formatCount } from '../parts/format.ts'
import { LoadMore } from '../parts/load-more.tsx'
import { RecordLink } from '../parts/record-link.tsx'
import { kindWords } from '../parts/record-words.ts'
import { Loaded, Skeletons } from '../parts/states.tsx'
import { AccountForm } from './account-form.tsx'
import { Website } from './accounts.tsx'
import { BackLink } from './back-link.tsx'
import { ContactForm } from './contact-form.tsx'
import { MergeBanner, MergeButton, useFollowMerge } from './merge.tsx'
import { RecordFields } from './record-fields.tsx'
import { RecordSessions } from './record-sessions.tsx'
import { UserCards } from './user-cards.tsx'

export function AccountPage() {
  const { accountId } = useParams({ from: '/signed-in/accounts/$accountId' })
  const query = useQuery(accountQuery(accountId))
  useFollowMerge(accountId, query.data?.id)
  return (
    <>
      <BackLink to="/accounts">Accounts</BackLink>
      <Loaded isPage query={query} skeleton={<Skeletons rows={10} />}>
        {(account) => (
          <>
            <Header account={account} />
            <MergeBanner recordId={account.id} />
            <Grid gap="md">
              <Grid.Col span={{ base: 12, lg: 7 }}>
                <Stack gap="md">
                  <Contacts account={account} />
                  <RecordSessions query={accountSessionsQuery(account.id)} />
                </Stack>
              </Grid.Col>
              <Grid.Col span={{ base: 12, lg: 5 }}>
                <Stack gap="md">
                  <UserCards query={accountUsersQuery(account.id)} sessions={accountSessionsQuery(account.id)} />
                  <RecordFields record={account} />
                </Stack>
              </Grid.Col>
            </Grid>
          </>
        )}
      </Loaded>
    </>
  )
}

function Header({ account }: { account: Account }) {
  const [dialog, setDialog] = useState<'edit' | 'delete'>()
  const client = useQueryClient()
  const navigate = useNavigate()
  const close = () => setDialog(undefined)
  return (
    <header className="user-head">
      <Group gap="md" className="record-head">
        <ThemeIcon variant="light" size={52} radius="xl" aria-hidden>
          <IconBuilding size={26} />
        </ThemeIcon>
        <div className="user-head-text">
          <Title order={1} dir="auto" className="wrap-any">
            {account.name}
          </Title>
          <Group gap="xs" className="dim">
            Account
            {account.website && (
              <>
                <span aria-hidden>·</span>
                <Website url={account.website} />
              </>
            )}
          </Group>
        </div>
        <Group gap="xs" className="record-acts">
          <GuardedButton role="agent" variant="default" onClick={() => setDialog('edit')}>
            Edit
          </GuardedButton>
          <MergeButton record={account} object="account" />
          <GuardedButton role="agent" variant="default" onClick={() => setDialog('delete')}>
            Delete
          </GuardedButton>
        </Group>
      </Group>
      {dialog === 'edit' && <AccountForm account={account} onClose={close} />}
      <Confirm
        opened={dialog === 'delete'}
        onClose={close}
        title={`Delete ${account.name}?`}
        action="Delete account"
        onConfirm={async () => {
          await remove(`/api/v1/accounts/${account.id}`)
          void client.invalidateQueries({ queryKey: ['list'] })
          await navigate({ to: '/accounts' })
        }}
      >
        Its {formatCount(account.contactCount)} contacts and {formatCount(account.messagingUserCount)} messaging users stay, without an
        account, and everything that was said stays too. The ids it has in other systems are free for others.
      </Confirm>
    </header>
  )
}

function Contacts({ account }: { account: Account }) {
  const [adding, setAdding] = useState(false)
  const client = useQueryClient()
  const query = useInfiniteQuery(accountContactsQuery(account.id))
  return (
    <Section
      title="Contacts"
      action={
        <GuardedButton role="agent" variant="default" leftSection={<IconPlus size={14} />} onClick={() => setAdding(true)}>
          Add contact
        </GuardedButton>
      }
    >
      <Loaded query={query} skeleton={<Skeletons rows={3} />}>
        {(data) => {
          const contacts = rowsOf(data)
          if (contacts.length === 0) return <p className="empty-line">Nobody belongs to this account yet.</p>
          return (
            <div className="related">
              <ul className="session-list">
                {contacts.map(({ id, name, kind, phones, emails }) => (
                  <li key={id}>
                    <div className="session-line">
                      <b>
                        <RecordLink id={id}>{name}</RecordLink>
                      </b>
                      <span className="dim end">{kindWords[kind].label}</span>
                    </div>
                    <div className="dim wrap-any">
                      {[...phones.map((phone) => phone.number), ...emails.map(({ email }) => email)].join(' · ')}
                    </div>
                  </li>
                ))}
              </ul>
              <LoadMore query={query} shown={contacts.length} />
            </div>
          )
        }}
      </Loaded>
      {adding && (
        <ContactForm
          known={{ account: { id: account.id, name: account.name } }}
          onClose={() => setAdding(false)}
          onSaved={() => client.invalidateQueries({ queryKey: ['account', account.id] })}
        />
      )}
    </Section>
  )
}
