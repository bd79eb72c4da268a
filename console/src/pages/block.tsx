import { useState } from 'react'
import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDisclosure } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { IconBan } from '@tabler/icons-react'
import type { Block, MessagingUser } from '../../../src/contract/messaging-users.ts'
import { put, remove } from '../api/client.ts'
import { GuardedButton } from '../parts/access.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { formatDateTime, localNow, toIso } from '../parts/format.ts'
import { placeErrors } from '../parts/form-errors.ts'
import { Problem } from '../parts/problem.tsx'

const pathOf = ({ id }: MessagingUser) => `/api/v1/messaging-users/${id}/block`

function useReadAgain(user: MessagingUser) {
  const client = useQueryClient()
  return () => client.invalidateQueries({ queryKey: ['messaging-user', user.id] })
}

export function BlockButton({ user }: { user: MessagingUser }) {
  const [asking, dialog] = useDisclosure(false)
  if (user.blocked) return null
  return (
    <>
      <GuardedButton role="agent" variant="default" leftSection={<IconBan size={14} />} onClick={dialog.open}>
        Block
      </GuardedButton>
      {asking && <BlockForm user={user} onClose={dialog.close} />}
    </>
  )
}

/** Says that the person is blocked, why and until when, with the way back. */
export function BlockBanner({ user }: { user: MessagingUser }) {
  const [asking, dialog] = useDisclosure(false)
  const readAgain = useReadAgain(user)
  if (!user.blocked) return null
  const until = user.blockedUntil ? ` until ${formatDateTime(user.blockedUntil)}` : ''
  return (
    <Alert color="red" variant="light" icon={<IconBan size={18} />} title={`Blocked${until}`} mb="md" className="alert" role="status">
      <Group justify="space-between" gap="sm">
        <span className="grow">
          {user.blockedReason && (
            <>
              <bdi className="wrap-any">{user.blockedReason}</bdi>.{' '}
            </>
          )}
          Nothing is sent to this person. What they write is recorded all the same.
        </span>
        <GuardedButton role="agent" variant="default" onClick={dialog.open}>
          End the block
        </GuardedButton>
      </Group>
      <Confirm
        opened={asking}
        onClose={dialog.close}
        title={`End the block of ${user.name}?`}
        action="End the block"
        onConfirm={async () => {
          await remove(pathOf(user))
          await readAgain()
        }}
      >
        They can be written to again, as far as their consent allows.
      </Confirm>
    </Alert>
  )
}

function BlockForm({ user, onClose }: { user: MessagingUser; onClose: () => void }) {
  const [problem, setProblem] = useState<string>()
  const readAgain = useReadAgain(user)
  const form = useForm({
    initialValues: { reason: '', until: '' },
    validate: { reason: (value) => (value.trim() ? null : 'Say why') },
  })
  const submit = form.onSubmit(async ({ reason, until }) => {
    setProblem(undefined)
    try {
      await put<Block>(pathOf(user), { reason: reason.trim(), until: until ? toIso(until) : null } satisfies Block)
      await readAgain()
      onClose()
    } catch (error) {
      setProblem(placeErrors(form, error, ['reason', 'until']))
    }
  })
  return (
    <Modal opened onClose={onClose} title={`Block ${user.name}?`}>
      <form onSubmit={submit} noValidate>
        <Stack>
          <Text size="sm">Nothing is sent to them while they are blocked. What they write is recorded all the same.</Text>
          {problem && <Problem>{problem}</Problem>}
          <TextInput label="Reason" required maxLength={255} dir="auto" data-autofocus {...form.getInputProps('reason')} />
          <TextInput
            type="datetime-local"
            label="Until"
            description="Left empty: until somebody ends it"
            min={localNow()}
            {...form.getInputProps('until')}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" size="sm" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" color="red.9" size="sm" loading={form.submitting}>
              Block
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
