import { useState } from 'react'
import { Button, Group, Modal, Radio, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { Individual } from '../../../src/contract/individuals.ts'
import type { Conversion } from '../../../src/contract/merges.ts'
import { post } from '../api/client.ts'
import { GuardedButton } from '../parts/access.tsx'
import { formatCount } from '../parts/format.ts'
import { Problem } from '../parts/problem.tsx'
import { AccountPicker, IndividualPicker, type Choice } from '../parts/record-picker.tsx'

/** A lead becomes a contact: a new one, or one that is there. */
export function ConvertLead({ lead }: { lead: Individual }) {
  const [opened, setOpened] = useState(false)
  return (
    <>
      <GuardedButton role="agent" onClick={() => setOpened(true)}>
        Convert
      </GuardedButton>
      {opened && <ConversionDialog lead={lead} onClose={() => setOpened(false)} />}
    </>
  )
}

function ConversionDialog({ lead, onClose }: { lead: Individual; onClose: () => void }) {
  const [into, setInto] = useState('new')
  const [contact, setContact] = useState<Choice | null>(null)
  const [account, setAccount] = useState<Choice | null>(null)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const client = useQueryClient()
  const navigate = useNavigate()
  async function convert() {
    setBusy(true)
    try {
      const body = into === 'new' ? { accountId: account?.id } : { contactId: contact?.id }
      const { contactId, movedCount, keptCount } = await post<Conversion>(`/api/v1/individuals/${lead.id}/conversion`, body)
      for (const key of ['individual', 'messaging-user', 'list']) void client.invalidateQueries({ queryKey: [key] })
      const kept = keptCount > 0 ? `; ${formatCount(keptCount)} had another contact already, and keep it` : ''
      notifications.show({ title: 'The lead is a contact now', message: `Messaging users moved: ${formatCount(movedCount)}${kept}` })
      await navigate({ to: '/contacts/$contactId', params: { contactId } })
    } catch (error) {
      setProblem((error as Error).message)
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={onClose} title={`Convert ${lead.name}`}>
      <Stack>
        <Text size="sm">
          The contact gets the lead’s messaging users, and what it does not have of names, phones, e-mails and attributes. The lead
          stays, and leads to the contact.
        </Text>
        <Radio.Group label="Into" value={into} onChange={setInto}>
          <Stack gap={8} mt="xs">
            <Radio value="new" size="xs" label="A new contact" />
            <Radio value="known" size="xs" label="A contact that is there" />
          </Stack>
        </Radio.Group>
        {into === 'new' ? (
          <AccountPicker label="Account (optional)" value={account} onChange={setAccount} />
        ) : (
          <IndividualPicker label="Contact" kind="contact" value={contact} onChange={setContact} />
        )}
        {problem && <Problem>{problem}</Problem>}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" size="sm" onClick={onClose}>
            Cancel
          </Button>
          <Button size="sm" loading={busy} disabled={into === 'known' && !contact} onClick={convert}>
            Convert
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
