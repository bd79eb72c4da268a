import { useState, type ReactNode } from 'react'
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import type { Link, LinkInput, LinkKind, UnlinkQuery } from '../../../src/contract/links.ts'
import type { MessagingUser } from '../../../src/contract/messaging-users.ts'
import { put, remove, withQuery } from '../api/client.ts'
import { Problem } from '../parts/problem.tsx'
import { AccountPicker, IndividualPicker, type Choice } from '../parts/record-picker.tsx'
import { linkKindWords } from '../parts/record-words.ts'

interface LinkDialogProps {
  user: MessagingUser
  kind: LinkKind
  /** The present link. */
  link: Link | undefined
  onClose: () => void
}

/** Links a messaging user by hand. A link of the kind that was there ends. */
export function LinkDialog({ user, kind, link, onClose }: LinkDialogProps) {
  const [record, setRecord] = useState<Choice | null>(null)
  // What changes while somebody chooses is not what they decide about, until they were told.
  const [linkAtOpening] = useState(link)
  const [isTold, setIsTold] = useState(false)
  const replaced = isTold ? link : linkAtOpening
  const label = linkKindWords[kind]
  const picker = { label, value: record, onChange: setRecord, 'data-autofocus': true }
  return (
    <LinkForm
      user={user}
      title={`Link ${user.name}`}
      action="Link"
      refusal="Not linked"
      isReady={record !== null}
      onSubmit={(reason) => {
        const body: LinkInput = { recordId: record!.id, reason, replaces: replaced?.recordId ?? null }
        return put<Link>(pathOf(user.id, kind), body).finally(() => setIsTold(true))
      }}
      onClose={onClose}
    >
      {kind === 'account' ? (
        <AccountPicker {...picker} description="By name. Set by hand, it no longer follows the contact’s account" />
      ) : (
        <IndividualPicker {...picker} kind={kind} description="By name, phone number or e-mail" />
      )}
      {replaced && (
        <Text size="sm">
          The link to <b dir="auto">{replaced.recordName}</b> ends.
        </Text>
      )}
    </LinkForm>
  )
}

/** Ends a link, if it is still the one that was shown. */
export function UnlinkDialog({ user, link, onClose }: { user: MessagingUser; link: Link; onClose: () => void }) {
  return (
    <LinkForm
      user={user}
      title={`Unlink ${user.name}?`}
      action="Unlink"
      refusal="Not unlinked"
      onSubmit={(reason) => remove(withQuery(pathOf(user.id, link.kind), { recordId: link.recordId, reason } satisfies UnlinkQuery))}
      onClose={onClose}
    >
      <Text size="sm">
        The link to <b dir="auto">{link.recordName}</b> ends, and stays among the earlier ones.
      </Text>
    </LinkForm>
  )
}

const pathOf = (userId: string, kind: LinkKind) => `/api/v1/messaging-users/${userId}/links/${kind}`

interface LinkFormProps {
  user: MessagingUser
  title: string
  /** What the button says. */
  action: string
  /** Stands above why it was refused. */
  refusal: string
  isReady?: boolean
  onSubmit: (reason: string | undefined) => Promise<unknown>
  onClose: () => void
  children: ReactNode
}

/** Asks why a link is changed; nobody has to say. A refusal is shown here, and what is linked instead behind it. */
function LinkForm({ user, title, action, refusal, isReady = true, onSubmit, onClose, children }: LinkFormProps) {
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const client = useQueryClient()
  async function submit() {
    setBusy(true)
    setProblem(undefined)
    const refused = await onSubmit(reason.trim() || undefined).then(
      () => undefined,
      (error: Error) => error.message,
    )
    await client.invalidateQueries({ queryKey: ['messaging-user', user.id] })
    if (refused === undefined) return onClose()
    setProblem(refused)
    setBusy(false)
  }
  return (
    <Modal opened onClose={onClose} title={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady) void submit()
        }}
      >
        <Stack>
          {children}
          <TextInput
            label="Reason (optional)"
            maxLength={500}
            dir="auto"
            data-autofocus
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          {problem && <Problem title={refusal}>{problem}</Problem>}
          <Text size="xs" c="dimmed">
            A link says who somebody is. Nothing about their consent changes.
          </Text>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" size="sm" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" size="sm" loading={busy} disabled={!isReady}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
