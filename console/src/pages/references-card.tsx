import { useState } from 'react'
import { ActionIcon, Anchor, Button, Group, Modal, Select, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { IconTrash } from '@tabler/icons-react'
import type { ExternalReference } from '../../../src/contract/links.ts'
import { post, remove } from '../api/client.ts'
import { rowsOf, userSessionsQuery } from '../api/queries.ts'
import { userReferencesQuery } from '../api/record-queries.ts'
import { GuardedButton, useMay } from '../parts/access.tsx'
import { Ago, Section } from '../parts/bits.tsx'
import { actorName } from '../parts/consent-words.ts'
import { placeErrors } from '../parts/form-errors.ts'
import { formatDateTime } from '../parts/format.ts'
import { LoadMore } from '../parts/load-more.tsx'
import { Problem } from '../parts/problem.tsx'
import { Loaded, Skeletons } from '../parts/states.tsx'

/** What a person, or one of their sessions, is about in other systems: a case, an order. */
export function ReferencesCard({ userId }: { userId: string }) {
  const [adding, setAdding] = useState(false)
  const query = useInfiniteQuery(userReferencesQuery(userId))
  return (
    <Section
      title="Records elsewhere"
      action={
        <GuardedButton role="agent" variant="default" onClick={() => setAdding(true)}>
          Add
        </GuardedButton>
      }
    >
      <Loaded query={query} skeleton={<Skeletons rows={2} />}>
        {(data) => {
          const references = rowsOf(data)
          if (references.length === 0) return <p className="empty-line">No case, order or other record of another system is noted.</p>
          return (
            <>
              <ul className="session-list">
                {references.map((reference) => (
                  <Reference key={reference.id} userId={userId} reference={reference} />
                ))}
              </ul>
              <LoadMore query={query} shown={references.length} />
            </>
          )
        }}
      </Loaded>
      {adding && <AddReference userId={userId} onClose={() => setAdding(false)} />}
    </Section>
  )
}

function Reference({ userId, reference }: { userId: string; reference: ExternalReference }) {
  const { id, sessionId, sessionName, system, object, externalId, url, label, createdAt, createdBy } = reference
  const client = useQueryClient()
  const mayRemove = useMay('agent')
  const name = label ?? externalId
  const takeAway = () =>
    remove(`/api/v1/messaging-users/${userId}/external-references/${id}`)
      .catch((error: Error) => notifications.show({ color: 'red', title: 'Not removed', message: error.message }))
      .then(() => client.invalidateQueries({ queryKey: ['messaging-user', userId, 'external-references'] }))
  return (
    <li>
      <div className="session-line">
        <span className="grow wrap-any" dir="auto">
          {url ? (
            <a href={url} target="_blank" rel="noreferrer">
              {name}
            </a>
          ) : (
            name
          )}
          <small className="source">
            {object} in {system}
            {label && ` · ${externalId}`}
            {sessionId && (
              <>
                {' · '}
                <Anchor
                  renderRoot={(props) => (
                    <Link
                      to="/messaging-users/$userId"
                      params={{ userId }}
                      search={{ session: sessionId }}
                      replace
                      resetScroll={false}
                      {...props}
                    />
                  )}
                  inherit
                  underline="always"
                >
                  {sessionName}
                </Anchor>
              </>
            )}{' '}
            · noted <Ago at={createdAt} />
            {createdBy && ` by ${actorName(createdBy)}`}
          </small>
        </span>
        {mayRemove && (
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Remove ${name}`} title="Remove" onClick={() => void takeAway()}>
            <IconTrash size={15} />
          </ActionIcon>
        )}
      </div>
    </li>
  )
}

const initialValues = { sessionId: null as string | null, system: '', object: '', externalId: '', url: '', label: '' }
const needed = (value: string) => (value.trim() ? null : 'Is needed')

function AddReference({ userId, onClose }: { userId: string; onClose: () => void }) {
  const [problem, setProblem] = useState<string>()
  const client = useQueryClient()
  const { data: sessions } = useInfiniteQuery(userSessionsQuery(userId))
  const form = useForm({ initialValues, validate: { system: needed, object: needed, externalId: needed } })
  const submit = form.onSubmit(async ({ sessionId, system, object, externalId, url, label }) => {
    setProblem(undefined)
    try {
      await post<ExternalReference>(`/api/v1/messaging-users/${userId}/external-references`, {
        sessionId,
        system: system.trim(),
        object: object.trim(),
        externalId: externalId.trim(),
        url: url.trim() || null,
        label: label.trim() || null,
      })
      await client.invalidateQueries({ queryKey: ['messaging-user', userId, 'external-references'] })
      onClose()
    } catch (error) {
      setProblem(placeErrors(form, error, Object.keys(initialValues)))
    }
  })
  return (
    <Modal opened onClose={onClose} title="Note a record of another system">
      <form onSubmit={submit} noValidate>
        <Stack>
          {problem && <Problem>{problem}</Problem>}
          <SimpleGrid cols={2}>
            <TextInput label="System" placeholder="Such as shop" required maxLength={60} data-autofocus {...form.getInputProps('system')} />
            <TextInput label="What it is there" placeholder="Such as order" required maxLength={60} {...form.getInputProps('object')} />
          </SimpleGrid>
          <TextInput label="Its id there" required maxLength={255} {...form.getInputProps('externalId')} />
          <TextInput label="Label" description="Shown in place of the id" maxLength={120} dir="auto" {...form.getInputProps('label')} />
          <TextInput label="Address" type="url" placeholder="https://" maxLength={2048} {...form.getInputProps('url')} />
          <Select
            label="Session"
            placeholder="None in particular"
            data={rowsOf(sessions).map(({ id, name, startedAt }) => ({ value: id, label: `${name}, ${formatDateTime(startedAt)}` }))}
            clearable
            clearButtonProps={{ 'aria-label': 'Clear' }}
            {...form.getInputProps('sessionId')}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" size="sm" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" size="sm" loading={form.submitting}>
              Add
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
