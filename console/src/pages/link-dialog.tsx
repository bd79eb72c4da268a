import { useState } from 'react'
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import type { Link, LinkKind } from '../../../src/contract/links.ts'
import type { MessagingUser } from '../../../src/contract/messaging-users.ts'
import { put } from '../api/client.ts'
import { Problem } from '../parts/problem.tsx'
import { AccountPicker, IndividualPicker, type Choice } from '../parts/record-picker.tsx'
import { linkKindWords } from '../parts/record-words.ts'

interface LinkDialogProps {
  user: MessagingUser
  kind: LinkKind
  onClose: () => void
}

/** Links a messaging user by hand. A link of the kind that was there ends. */
export function LinkDialog({ user, kind, onClose }: LinkDialogProps) {
  const [record, setRecord] = useState<Choice | null>(null)
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const client = useQueryClient()
  const label = linkKindWords[kind]
  async function link() {
    setBusy(true)
    try {
      await put<Link>(`/api/v1/messaging-users/${user.id}/links/${kind}`, { recordId: record!.id, ...(reason.trim() && { reason: reason.trim() }) })
      await client.invalidateQueries({ queryKey: ['messaging-user', user.id] })
      onClose()
    } catch (error) {
      setProblem((error as Error).message)
      setBusy(false)
    }
  }
  const picker = { label, value: record, onChange: setRecord, 'data-autofocus': true }
  return (
    <Modal opened onClose={onClose} title={`Link ${user.name}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (record) void link()
        }}
      >
        <Stack>
          {kind === 'account' ? (
            <AccountPicker {...picker} description="By name. Set by hand, it no longer follows the contact’s account" />
          ) : (
            <IndividualPicker {...picker} kind={kind} description="By name, phone number or e-mail" />
          )}
          <TextInput
            label="Reason (optional)"
            maxLength={500}
            dir="auto"
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          {problem && <Problem title="Not linked">{problem}</Problem>}
          <Text size="xs" c="dimmed">
            A link says who somebody is. Nothing about their consent changes.
          </Text>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" size="sm" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" size="sm" loading={busy} disabled={!record}>
              Link
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
