import { useState } from 'react'
import { Anchor, Group, Radio, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { Link } from '@tanstack/react-router'
import type { Channel, OptOutScope } from '../../../src/contract/channels.ts'
import type { ConsentType } from '../../../src/contract/consent.ts'
import { ApiError } from '../api/client.ts'
import { useSaveChannel } from '../api/save-channel.ts'
import { GuardedButton, useMay } from '../parts/access.tsx'
import { Section } from '../parts/bits.tsx'
import { placeErrors } from '../parts/form-errors.ts'
import { LeaveGuard } from '../parts/leave-guard.tsx'
import { Problem, Refusal } from '../parts/problem.tsx'
import { consentTypeWords, optOutScopeWords } from '../parts/words.ts'

/** What a person must have said before the business may write, and how far their opt-out reaches. */
export function ChannelConsent({ channel }: { channel: Channel }) {
  const mayEdit = useMay('admin')
  const save = useSaveChannel(channel.id)
  const [refused, setRefused] = useState<Error>()
  const { consentType, optOutScope, brand } = channel
  const form = useForm({
    initialValues: { consentType, optOutScope, brand: brand ?? '' },
    validate: {
      brand: (value, { optOutScope }) =>
        optOutScope === 'brand' && !value.trim() ? 'Name the brand, so that its channels can be told from others' : null,
    },
  })
  const submit = form.onSubmit(async ({ consentType, optOutScope, brand }) => {
    setRefused(undefined)
    try {
      await save({ consentType, optOutScope, brand: brand.trim() || null })
    } catch (error) {
      const conflict = error instanceof ApiError && error.status === 409
      const rest = conflict ? undefined : placeErrors(form, error, ['consentType', 'optOutScope', 'brand'])
      setRefused(conflict ? error : rest === undefined ? undefined : new Error(rest))
    }
  })
  return (
    <form onSubmit={submit} noValidate className="channel-consent">
      <Section title="Consent">
        <Stack gap="lg" className="section-body">
          <Choices<ConsentType>
            label="What a person must have said before you may write"
            words={consentTypeWords}
            readOnly={!mayEdit}
            input={form.getInputProps('consentType')}
          />
          <Choices<OptOutScope>
            label="Whoever opts out here has opted out of"
            words={optOutScopeWords}
            readOnly={!mayEdit}
            input={form.getInputProps('optOutScope')}
          />
          <TextInput
            label="Brand"
            description="The name people know you by on this channel"
            maxLength={80}
            maw={420}
            readOnly={!mayEdit}
            {...form.getInputProps('brand')}
          />
          {refused && <SaveRefusal error={refused} channelId={channel.id} />}
          <Group>
            <GuardedButton
              role="admin"
              type="submit"
              size="sm"
              loading={form.submitting}
              blockedBy={form.isDirty() ? undefined : 'Nothing has changed'}
            >
              Save
            </GuardedButton>
          </Group>
        </Stack>
      </Section>
      <LeaveGuard unsaved={form.isDirty() && !form.submitting} />
    </form>
  )
}

function SaveRefusal({ error, channelId }: { error: Error; channelId: string }) {
  if (!(error instanceof ApiError)) return <Problem>{error.message}</Problem>
  const keywords = (
    <Anchor
      size="sm"
      renderRoot={(props) => (
        <Link to="/channels/$channelId" params={{ channelId }} search={{ tab: 'keywords', language: 'general' }} {...props} />
      )}
    >
      Add it to the general keywords and replies
    </Anchor>
  )
  return <Refusal error={error} hint={keywords} />
}

interface ChoicesProps<T extends string> {
  label: string
  words: Record<T, { label: string; means: string }>
  readOnly: boolean
  input: object
}

function Choices<T extends string>({ label, words, readOnly, input }: ChoicesProps<T>) {
  return (
    <Radio.Group label={label} {...input}>
      <Stack gap="sm" mt="xs">
        {(Object.keys(words) as T[]).map((value) => (
          <Radio
            key={value}
            value={value}
            label={words[value].label}
            description={words[value].means}
            disabled={readOnly}
            className="choice"
          />
        ))}
      </Stack>
    </Radio.Group>
  )
}
