import { useState } from 'react'
import { ActionIcon, Button, Group, Menu } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { IconDotsVertical } from '@tabler/icons-react'
import { linkKinds, type Link, type LinkInput, type LinkKind } from '../../../src/contract/links.ts'
import type { MessagingUser } from '../../../src/contract/messaging-users.ts'
import { put } from '../api/client.ts'
import { rowsOf } from '../api/queries.ts'
import { userLinksQuery } from '../api/record-queries.ts'
import { useMay } from '../parts/access.tsx'
import { Ago, Section } from '../parts/bits.tsx'
import { actorName } from '../parts/consent-words.ts'
import { LoadMore } from '../parts/load-more.tsx'
import { RecordLink } from '../parts/record-link.tsx'
import { linkKindWords, linkSourceWords } from '../parts/record-words.ts'
import { Loaded, Skeletons } from '../parts/states.tsx'
import { ContactForm } from './contact-form.tsx'
import { contactOf } from './contact-of-user.ts'
import { LinkDialog, UnlinkDialog } from './link-dialog.tsx'
import { LookForMatches, UserSuggestions } from './user-suggestions.tsx'

/** Whom a messaging user is linked to, who else they could be, and whom they were linked to before. */
export function LinksCard({ user }: { user: MessagingUser }) {
  /** The links that were there when the form was opened. */
  const [creating, setCreating] = useState<Link[]>()
  const mayLink = useMay('agent')
  const query = useInfiniteQuery(userLinksQuery(user.id))
  return (
    <Section title="Links" action={<LookForMatches userId={user.id} />}>
      <Loaded query={query} skeleton={<Skeletons rows={4} />}>
        {(data) => {
          const links = rowsOf(data)
          const current = links.filter(({ unlinkedAt }) => unlinkedAt === null)
          const past = links.filter(({ unlinkedAt }) => unlinkedAt !== null)
          return (
            <>
              <ul className="links">
                {linkKinds.map((kind) => (
                  <LinkRow key={kind} user={user} kind={kind} link={current.find((link) => link.kind === kind)} />
                ))}
              </ul>
              {mayLink && !user.contactId && (
                <Group px="md" pb="sm">
                  <Button variant="light" size="compact-xs" onClick={() => setCreating(current)}>
                    Create contact from this person
                  </Button>
                </Group>
              )}
              <UserSuggestions userId={user.id} />
              {past.length > 0 && <PastLinks links={past} query={query} />}
            </>
          )
        }}
      </Loaded>
      {creating && <CreateContact user={user} links={creating} onClose={() => setCreating(undefined)} />}
    </Section>
  )
}

function CreateContact({ user, links, onClose }: { user: MessagingUser; links: Link[]; onClose: () => void }) {
  const client = useQueryClient()
  return (
    <ContactForm
      known={contactOf(user)}
      onClose={onClose}
      onSaved={async ({ id, kind, name }) => {
        const replaces = links.find((link) => link.kind === kind)?.recordId ?? null
        const body: LinkInput = { recordId: id, reason: 'Created from this person', replaces }
        await put<Link>(`/api/v1/messaging-users/${user.id}/links/${kind}`, body).then(
          () => notifications.show({ message: `${name} is created and linked` }),
          (error: Error) => notifications.show({ color: 'red', title: `${name} is created, but not linked`, message: error.message }),
        )
        void client.invalidateQueries({ queryKey: ['messaging-user', user.id] })
      }}
    />
  )
}

function LinkRow({ user, kind, link }: { user: MessagingUser; kind: LinkKind; link: Link | undefined }) {
  const [linking, setLinking] = useState(false)
  const [unlinking, setUnlinking] = useState<Link>()
  const mayLink = useMay('agent')
  const onLink = () => setLinking(true)
  return (
    <li>
      <span className="link-kind">{linkKindWords[kind]}</span>
      {link ? (
        <span className="grow">
          <RecordLink id={link.recordId}>{link.recordName ?? link.recordId}</RecordLink>
          <small className="source">
            <Origin link={link} />
          </small>
        </span>
      ) : (
        <span className="grow none">–</span>
      )}
      {mayLink && !link && (
        <Button variant="subtle" size="compact-xs" onClick={onLink} aria-label={`Link ${linkKindWords[kind].toLowerCase()}`}>
          Link…
        </Button>
      )}
      {mayLink && link && <LinkMenu kind={kind} onLink={onLink} onUnlink={() => setUnlinking(link)} />}
      {linking && <LinkDialog user={user} kind={kind} link={link} onClose={() => setLinking(false)} />}
      {unlinking && <UnlinkDialog user={user} link={unlinking} onClose={() => setUnlinking(undefined)} />}
    </li>
  )
}

/** How the link came about. The reason says more than the source where there is one. */
function Origin({ link: { source, reason, linkedAt, linkedBy } }: { link: Link }) {
  return (
    <>
      {reason ?? linkSourceWords[source]}
      {linkedBy && `, by ${actorName(linkedBy)}`}, <Ago at={linkedAt} />
    </>
  )
}

function LinkMenu({ kind, onLink, onUnlink }: { kind: LinkKind; onLink: () => void; onUnlink: () => void }) {
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Change the link to the ${linkKindWords[kind].toLowerCase()}`}>
          <IconDotsVertical size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onLink}>Link to another…</Menu.Item>
        <Menu.Item onClick={onUnlink}>Unlink…</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function PastLinks({ links, query }: { links: Link[]; query: Parameters<typeof LoadMore>[0]['query'] }) {
  return (
    <details className="past-links">
      <summary>Earlier links ({links.length}{query.hasNextPage && '+'})</summary>
      <ol className="history">
        {links.map((link) => (
          <li key={link.id} className="past">
            <div className="history-line">
              <span>
                {linkKindWords[link.kind]}: <RecordLink id={link.recordId}>{link.recordName ?? link.recordId}</RecordLink>
              </span>
            </div>
            <small className="dim">
              <Origin link={link} />. Ended <Ago at={link.unlinkedAt} />
              {link.unlinkedBy && ` by ${actorName(link.unlinkedBy)}`}
              {link.unlinkReason && `: ${link.unlinkReason}`}
            </small>
          </li>
        ))}
      </ol>
      <LoadMore query={query} shown={links.length} />
    </details>
  )
}
