import { useState } from 'react'
import { Anchor, Button, Group, List, Modal, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Static } from 'typebox'
import type { MessagingUser, Reassignment, ReassignmentResult } from '../../../src/contract/messaging-users.ts'
import { post, put } from '../api/client.ts'
import { GuardedButton, useMay } from '../parts/access.tsx'
import { Section } from '../parts/bits.tsx'
import { localNow, toIso } from '../parts/format.ts'
import { placeErrors } from '../parts/form-errors.ts'
import { Problem } from '../parts/problem.tsx'

/** Whose the address is: several people's, or by now somebody else's. */
export function NumberOwner({ user }: { user: MessagingUser }) {
  const [reassigning, setReassigning] = useState(false)
  const mayChange = useMay('agent')
  const client = useQueryClient()
  const share = useMutation({
    mutationFn: (isShared: boolean) => put(`/api/v1/messaging-users/${user.id}/shared`, { isShared }),
    onError: (error) => notifications.show({ color: 'red', title: 'Not changed', message: error.message }),
    onSettled: () => client.invalidateQueries({ queryKey: ['messaging-user', user.id] }),
  })
  return (
    <Section title="Whose address">
      <Stack gap="sm" className="section-body">
        <Switch
          label="Shared: several people write from it"
          description="A family’s or a switchboard’s. No rule links anybody to it; only people do."
          disabled={!mayChange || share.isPending}
          checked={share.isPending ? share.variables : user.isShared}
          onChange={(event) => share.mutate(event.currentTarget.checked)}
        />
        <div>
          <GuardedButton role="agent" variant="default" onClick={() => setReassigning(true)}>
            This number now belongs to someone else
          </GuardedButton>
        </div>
      </Stack>
      {reassigning && <ReassignDialog user={user} onClose={() => setReassigning(false)} />}
    </Section>
  )
}

function ReassignDialog({ user, onClose }: { user: MessagingUser; onClose: () => void }) {
  const [problem, setProblem] = useState<string>()
  const [alsoAt, setAlsoAt] = useState<Others>([])
  const client = useQueryClient()
  const form = useForm({ initialValues: { at: '', note: '' } })
  const submit = form.onSubmit(async ({ at, note }) => {
    setProblem(undefined)
    try {
      const body: Static<typeof Reassignment> = { ...(at && { at: toIso(at) }), ...(note.trim() && { note: note.trim() }) }
      const { identifiers, alsoAt: others } = await post<Static<typeof ReassignmentResult>>(`/api/v1/messaging-users/${user.id}/reassignment`, body)
      await client.invalidateQueries({ queryKey: ['messaging-user', user.id] })
      notifications.show({ title: 'Noted', message: `${user.name} is no longer reached at ${identifiers.map(({ key }) => key).join(', ')}.` })
      if (others.length === 0) onClose()
      else setAlsoAt(others)
    } catch (error) {
      setProblem(placeErrors(form, error, ['at', 'note']))
    }
  })
  if (alsoAt.length > 0) return <AlsoAt others={alsoAt} onClose={onClose} />
  return (
    <Modal opened onClose={onClose} title="This number now belongs to someone else">
      <form onSubmit={submit} noValidate>
        <Stack>
          <Text size="sm">
            What was said, the links and the consent stay with <bdi>{user.name}</bdi>, whom nothing can be sent to any more. Whoever
            writes from <bdi>{user.externalId ?? user.platformKey}</bdi> from now on is a new messaging user, without any consent.
          </Text>
          {problem && <Problem>{problem}</Problem>}
          <TextInput type="datetime-local" label="Since (now, if left empty)" max={localNow()} {...form.getInputProps('at')} />
          <TextInput label="How you know" maxLength={500} dir="auto" {...form.getInputProps('note')} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" size="sm" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" color="red.9" size="sm" loading={form.submitting}>
              End the address
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

type Others = Static<typeof ReassignmentResult>['alsoAt']

/** Says where else the same number is: each channel has a messaging user and a consent of its own. */
function AlsoAt({ others, onClose }: { others: Others; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="The same number is on other channels">
      <Stack>
        <Text size="sm">There it is still the former owner’s, with links and consent. Say it there, too:</Text>
        <List size="sm">
          {others.map(({ messagingUserId, name, channelName }) => (
            <List.Item key={messagingUserId}>
              <Anchor
                renderRoot={(props) => <Link to="/messaging-users/$userId" params={{ userId: messagingUserId }} search={{}} {...props} />}
                inherit
                dir="auto"
                className="wrap-any"
                onClick={onClose}
              >
                {name}
              </Anchor>{' '}
              on <bdi>{channelName}</bdi>
            </List.Item>
          ))}
        </List>
        <Group justify="flex-end">
          <Button variant="default" size="sm" onClick={onClose}>
            Close
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
