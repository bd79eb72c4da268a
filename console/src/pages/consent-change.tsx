import { useState, type ReactNode } from 'react'
import { Button, Group, Modal, Radio, Select, SimpleGrid, Stack, Text, TextInput, Textarea } from '@mantine/core'
import { useForm, type UseFormReturnType } from '@mantine/form'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { consentStatuses, type ConsentEventCreate, type ConsentStatus } from '../../../src/contract/consent.ts'
import type { MessagingUser } from '../../../src/contract/messaging-users.ts'
import { post } from '../api/client.ts'
import { purposesQuery, rowsOf, userConsentQuery } from '../api/queries.ts'
import { localNow, toIso } from '../parts/format.ts'
import { placeErrors } from '../parts/form-errors.ts'
import { Problem } from '../parts/problem.tsx'
import { consentWords } from '../parts/words.ts'
import { consentTo, recordable, whyNot, type Consent } from './consent-rules.ts'

const initialValues = { status: '', purpose: 'all', evidence: '', words: '', note: '', happenedAt: '' }
type Values = typeof initialValues

/** Records what a person said elsewhere: on paper, on the phone, in a form. */
export function ChangeConsent({ user, onClose }: { user: MessagingUser; onClose: () => void }) {
  const [problem, setProblem] = useState<string>()
  const client = useQueryClient()
  const form = useForm({
    initialValues,
    validate: {
      status: (value) => (value ? null : 'Choose what the person said'),
      evidence: (value) => (value.trim() ? null : 'Say where the person said so'),
    },
  })
  const now = useConsent(user, form.values.purpose)
  const submit = form.onSubmit(async (values) => {
    setProblem(undefined)
    try {
      await post(`/api/v1/messaging-users/${user.id}/consent-events`, bodyOf(values))
      void client.invalidateQueries({ queryKey: ['messaging-user', user.id] })
      onClose()
    } catch (error) {
      setProblem(placeErrors(form, error, Object.keys(initialValues)))
    }
  })
  return (
    <Modal opened onClose={onClose} title={`Change the consent of ${user.name}`} size="lg">
      <form onSubmit={submit} noValidate>
        <Stack>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <PurposeChoice
              value={form.values.purpose}
              onChange={(purpose) => {
                form.setFieldValue('purpose', purpose)
                form.setFieldValue('status', '')
              }}
            />
            <TextInput
              type="datetime-local"
              label="When (now, if left empty)"
              max={localNow()}
              {...form.getInputProps('happenedAt')}
            />
          </SimpleGrid>
          <StatusChoice now={now} input={form.getInputProps('status')} />
          <EvidenceInputs form={form} />
          {problem && <Problem>{problem}</Problem>}
          <Text size="xs" c="dimmed">
            This adds a line to the ledger, with your name. It stays; a mistake is corrected by a further line.
          </Text>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" size="sm" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" size="sm" loading={form.submitting}>
              Record the change
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

function EvidenceInputs({ form }: { form: UseFormReturnType<Values> }) {
  return (
    <>
      <TextInput
        label="Evidence"
        description="Where the person said so: a form, a phone call, a paper"
        required
        maxLength={255}
        {...form.getInputProps('evidence')}
      />
      <Textarea
        label="Exact words"
        description="Word for word what the person was asked or said"
        autosize
        maxRows={6}
        maxLength={4000}
        dir="auto"
        {...form.getInputProps('words')}
      />
      <Textarea label="Note" autosize maxRows={6} maxLength={2000} dir="auto" {...form.getInputProps('note')} />
    </>
  )
}

function bodyOf({ status, purpose, evidence, words, note, happenedAt }: Values): ConsentEventCreate {
  return {
    status: status as ConsentStatus,
    purpose,
    evidence: evidence.trim(),
    ...(words.trim() && { words: words.trim() }),
    ...(note.trim() && { note: note.trim() }),
    ...(happenedAt && { happenedAt: toIso(happenedAt) }),
  }
}

/** What the person said so far: of all messages, or of one purpose, as the lines at hand tell it. */
function useConsent(user: MessagingUser, purpose: string): Consent {
  const { data } = useInfiniteQuery(userConsentQuery(user.id))
  if (purpose !== 'all') return consentTo(purpose, rowsOf(data))
  return { status: user.consentStatus, isPending: user.consentPendingUntil !== null }
}

function PurposeChoice({ value, onChange }: { value: string; onChange: (purpose: string) => void }) {
  const { data: purposes = [] } = useQuery(purposesQuery)
  const choices = [{ value: 'all', label: 'All purposes' }, ...purposes.map(({ key, label }) => ({ value: key, label }))]
  return (
    <Select
      label="Purpose"
      data={choices}
      allowDeselect={false}
      value={value}
      onChange={(purpose) => purpose && onChange(purpose)}
    />
  )
}

interface StatusChoiceProps {
  now: Consent
  input: { value?: string; onChange: (value: string) => void; error?: ReactNode }
}

/** Only what the rules allow can be chosen; of the rest it says why. */
function StatusChoice({ now, input }: StatusChoiceProps) {
  return (
    <Radio.Group label="New status" description={`Now: ${consentWords[now.status ?? 'none'].label.toLowerCase()}`} required {...input}>
      <Stack gap={8} mt="xs">
        {recordable(now).map((status) => (
          <Radio key={status} value={status} size="xs" label={choiceLabel(status, now)} />
        ))}
      </Stack>
      {recordable(now).length < consentStatuses.length && (
        <ul className="not-offered" aria-label="Not offered">
          {consentStatuses.map((status) => {
            const reason = whyNot(status, now)
            return (
              reason && (
                <li key={status}>
                  <b>{consentWords[status].label}</b> is not offered. {reason}
                </li>
              )
            )
          })}
        </ul>
      )}
    </Radio.Group>
  )
}

const choiceLabel = (status: ConsentStatus, now: Consent) =>
  status === now.status ? `${consentWords[status].label} (said once more)` : consentWords[status].label
