import { useState, type ReactNode } from 'react'
import { ActionIcon, Alert, Grid, Group, Menu, Stack, Title } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { IconDotsVertical, IconMail, IconPhone, IconTrash } from '@tabler/icons-react'
import type { Individual } from '../../../src/contract/individuals.ts'
import { remove } from '../api/client.ts'
import { individualQuery, individualSessionsQuery, individualUsersQuery } from '../api/record-queries.ts'
import { GuardedButton, useMay } from '../parts/access.tsx'
import { Copy, UserAvatar } from '../parts/bits.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { formatCount } from '../parts/format.ts'
import { RecordLink } from '../parts/record-link.tsx'
import { kindWords } from '../parts/record-words.ts'
import { Loaded, Skeletons } from '../parts/states.tsx'
import { BackLink } from './back-link.tsx'
import { ContactForm } from './contact-form.tsx'
import { ContactTimeline } from './contact-timeline.tsx'
import { ConvertLead } from './convert-lead.tsx'
import { MergeBanner, MergeButton, useFollowMerge } from './merge.tsx'
import { MergeHistory } from './merge-history.tsx'
import { NewConversation } from './new-conversation.tsx'
import { RecordFields } from './record-fields.tsx'
import { RecordSessions } from './record-sessions.tsx'
import { UserCards } from './user-cards.tsx'

/** One person, with all they said on every channel. */
export function ContactPage() {
  const { contactId } = useParams({ from: '/signed-in/contacts/$contactId' })
  const query = useQuery(individualQuery(contactId))
  const [started, setStarted] = useState<string>()
  useFollowMerge(contactId, query.data?.id)
  return (
    <>
      <BackLink to="/contacts">Contacts</BackLink>
      <Loaded isPage query={query} skeleton={<Skeletons rows={10} />}>
        {(individual) => (
          <>
            <Header individual={individual} />
            <MergeBanner recordId={individual.id} />
            {individual.convertedInto && <ConvertedBanner contactId={individual.convertedInto} />}
            <Grid gap="md" className="user-grid">
              <Grid.Col span={{ base: 12, lg: 7 }}>
                <ContactTimeline key={`${individual.id} ${started}`} individualId={individual.id} started={started} />
              </Grid.Col>
              <Grid.Col span={{ base: 12, lg: 5 }}>
                <Stack gap="md">
                  <UserCards
                    query={individualUsersQuery(individual.id)}
                    sessions={individualSessionsQuery(individual.id)}
                    whenNone="If they have never written, begin a new conversation."
                    action={<NewConversation individual={individual} onStarted={({ id }) => setStarted(id)} />}
                  />
                  <RecordSessions query={individualSessionsQuery(individual.id)} />
                  <RecordFields record={individual} />
                  <MergeHistory recordId={individual.id} />
                </Stack>
              </Grid.Col>
            </Grid>
          </>
        )}
      </Loaded>
    </>
  )
}

function ConvertedBanner({ contactId }: { contactId: string }) {
  return (
    <Alert variant="light" mb="md" className="alert">
      This lead became a contact. <RecordLink id={contactId}>See the contact</RecordLink>
    </Alert>
  )
}

function Header({ individual }: { individual: Individual }) {
  const { id, name, kind, accountId, accountName } = individual
  return (
    <header className="user-head">
      <Group gap="md" className="record-head">
        <UserAvatar user={{ id, name, profilePictureUrl: null }} size={52} />
        <div className="user-head-text">
          <Title order={1} dir="auto" className="wrap-any">
            {name}
          </Title>
          <Group gap="xs" className="dim">
            {kindWords[kind].label}
            {accountId && (
              <>
                <span aria-hidden>·</span>
                <RecordLink id={accountId}>{accountName}</RecordLink>
              </>
            )}
          </Group>
        </div>
        <Actions individual={individual} />
      </Group>
      <ul className="reached-at" aria-label="Phones and e-mails">
        {individual.phones.map(({ number, label, isVerified, isShared }) => (
          <ReachedAt
            key={number}
            icon={<IconPhone size={15} aria-hidden />}
            value={number}
            what="number"
            notes={[label, isVerified && 'verified', isShared && 'shared']}
          />
        ))}
        {individual.emails.map(({ email, label, isVerified }) => (
          <ReachedAt
            key={email}
            icon={<IconMail size={15} aria-hidden />}
            value={email}
            what="e-mail"
            notes={[label, isVerified && 'verified']}
          />
        ))}
      </ul>
    </header>
  )
}

interface ReachedAtProps {
  icon: ReactNode
  value: string
  what: string
  notes: (string | false | null)[]
}

function ReachedAt({ icon, value, what, notes }: ReachedAtProps) {
  const said = notes.filter(Boolean).join(', ')
  return (
    <li>
      {icon}
      <bdi className="wrap-any">{value}</bdi>
      {said && <span className="dim">{said}</span>}
      <Copy value={value} label={what} />
    </li>
  )
}

function Actions({ individual }: { individual: Individual }) {
  const [dialog, setDialog] = useState<'edit' | 'delete'>()
  const mayChange = useMay('agent')
  const close = () => setDialog(undefined)
  return (
    <Group gap="xs" className="record-acts">
      {individual.kind === 'lead' && !individual.convertedInto && <ConvertLead lead={individual} />}
      <GuardedButton role="agent" variant="default" onClick={() => setDialog('edit')}>
        Edit
      </GuardedButton>
      <MergeButton record={individual} object="individual" />
      {mayChange && (
        <Menu position="bottom-end" shadow="md">
          <Menu.Target>
            <ActionIcon variant="default" size={30} aria-label="More actions">
              <IconDotsVertical size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconTrash size={15} />} className="danger" onClick={() => setDialog('delete')}>
              Delete…
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      {dialog === 'edit' && <ContactForm individual={individual} onClose={close} onSaved={() => undefined} />}
      <DeleteContact individual={individual} opened={dialog === 'delete'} onClose={close} />
    </Group>
  )
}

function DeleteContact({ individual, opened, onClose }: { individual: Individual; opened: boolean; onClose: () => void }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const { id, name, kind, messagingUserCount: linked } = individual
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title={`Delete ${name}?`}
      action={`Delete ${kindWords[kind].label.toLowerCase()}`}
      onConfirm={async () => {
        await remove(`/api/v1/individuals/${id}`)
        void client.invalidateQueries({ queryKey: ['list'] })
        await navigate({ to: '/contacts' })
      }}
    >
      {linked > 0
        ? `Whoever is linked to it (${formatCount(linked)}) stays, with all that was said and their consent. Only the link ends. `
        : 'Nobody is linked to it, so nothing else changes. '}
      Its phones, e-mails and ids in other systems are free for others.
    </Confirm>
  )
}
