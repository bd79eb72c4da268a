import { useState } from 'react'
import { ActionIcon, Button, Group, TextInput, Title, Tooltip } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { IconPencil } from '@tabler/icons-react'
import type { MessagingUser, MessagingUserUpdate } from '../../../src/contract/messaging-users.ts'
import { patch } from '../api/client.ts'
import { userQuery } from '../api/queries.ts'
import { useMay } from '../parts/access.tsx'

/** The name, changed in place, with a way back. */
export function EditableName({ user }: { user: MessagingUser }) {
  const [editing, setEditing] = useState(false)
  const mayEdit = useMay('agent')
  const rename = useRename(user)
  if (editing) return <NameForm user={user} rename={rename} onClose={() => setEditing(false)} />
  return (
    <Group gap={4} wrap="nowrap">
      <Title order={1} dir="auto" className="wrap-any">
        {user.name}
      </Title>
      <Tooltip label={mayEdit ? 'Change the name' : 'Your role can only read'}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label="Change the name"
          aria-disabled={!mayEdit}
          data-disabled={!mayEdit || undefined}
          onClick={() => mayEdit && setEditing(true)}
        >
          <IconPencil size={15} />
        </ActionIcon>
      </Tooltip>
    </Group>
  )
}

type Rename = ReturnType<typeof useRename>

function useRename(user: MessagingUser) {
  const client = useQueryClient()
  const mutation = useMutation({
    mutationFn: (name: string) =>
      patch<MessagingUser>(`/api/v1/messaging-users/${user.id}`, { name } satisfies MessagingUserUpdate),
    onSuccess: (updated) => {
      client.setQueryData(userQuery(user.id).queryKey, updated)
      void client.invalidateQueries({ queryKey: ['messaging-user', user.id, 'history'] })
      void client.invalidateQueries({ queryKey: ['list'] })
    },
  })
  /** Renames, and offers to take it back. */
  async function rename(name: string) {
    const before = user.name
    await mutation.mutateAsync(name)
    const id = `renamed-${user.id}`
    notifications.hide(id)
    notifications.show({
      id,
      title: 'Name changed',
      message: (
        <Button size="compact-xs" variant="light" onClick={() => undo(id, before)}>
          Undo
        </Button>
      ),
      autoClose: 10_000,
    })
  }
  async function undo(id: string, name: string) {
    notifications.hide(id)
    await mutation
      .mutateAsync(name)
      .catch((error: Error) => notifications.show({ color: 'red', title: 'Not undone', message: error.message }))
  }
  return { rename, pending: mutation.isPending }
}

function NameForm({ user, rename, onClose }: { user: MessagingUser; rename: Rename; onClose: () => void }) {
  const [name, setName] = useState(user.name)
  const [error, setError] = useState<string>()
  async function save() {
    const wanted = name.trim()
    if (wanted === user.name) return onClose()
    if (!wanted) return setError('A name is needed')
    await rename.rename(wanted).then(onClose, (cause: Error) => setError(cause.message))
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <Group gap="xs" align="flex-start" wrap="nowrap">
        <TextInput
          aria-label="Messaging User Name"
          value={name}
          maxLength={255}
          dir="auto"
          autoFocus
          error={error}
          size="sm"
          className="name-input"
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => setName(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Escape' && onClose()}
        />
        <Button type="submit" size="sm" loading={rename.pending}>
          Save
        </Button>
        <Button variant="default" size="sm" onClick={onClose}>
          Cancel
        </Button>
      </Group>
    </form>
  )
}
