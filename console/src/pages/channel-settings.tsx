import { useState } from 'react'
import { Group, NumberInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { Channel, ConnectorInfo } from '../../../src/contract/channels.ts'
import { useSaveChannel } from '../api/save-channel.ts'
import { GuardedButton, useMay } from '../parts/access.tsx'
import { Section } from '../parts/bits.tsx'
import { placeErrors } from '../parts/form-errors.ts'
import { LeaveGuard } from '../parts/leave-guard.tsx'
import { Problem } from '../parts/problem.tsx'
import { filledConfig, initialConfig, SchemaForm, type ConfigSchema } from '../parts/schema-form.tsx'

function formValues(channel: Channel, schema: ConfigSchema) {
  const { name, inactivityMinutes, isoCountryCode, config } = channel
  return {
    name,
    inactivityMinutes: inactivityMinutes ?? '',
    isoCountryCode: isoCountryCode ?? '',
    config: initialConfig(schema, config),
  }
}

/** A stored secret comes as a row of dots; sent back unchanged, it stays. */
export function ChannelSettings({ channel, connector }: { channel: Channel; connector: ConnectorInfo }) {
  const schema = connector.configSchema as ConfigSchema
  const mayEdit = useMay('admin')
  const save = useSaveChannel(channel.id)
  const [problem, setProblem] = useState<string>()
  const form = useForm({
    initialValues: formValues(channel, schema),
    validate: {
      name: (value) => (value.trim() ? null : 'A name is needed'),
      inactivityMinutes: (value) => (value === '' || (Number(value) >= 5 && Number(value) <= 30) ? null : 'From 5 to 30, or empty'),
    },
  })
  const submit = form.onSubmit(async ({ name, inactivityMinutes: minutes, isoCountryCode, config }) => {
    setProblem(undefined)
    const country = isoCountryCode.trim().toUpperCase() || null
    const inactivityMinutes = minutes === '' ? null : Number(minutes)
    try {
      await save({ name: name.trim(), inactivityMinutes, isoCountryCode: country, config: filledConfig(config) })
    } catch (error) {
      const settings = Object.keys(schema.properties ?? {}).map((setting) => `config.${setting}`)
      setProblem(placeErrors(form, error, ['name', 'inactivityMinutes', 'isoCountryCode', ...settings]))
    }
  })
  return (
    <Section title="Settings">
      <form onSubmit={submit} noValidate className="section-body">
        <Stack gap="md">
          {problem && <Problem>{problem}</Problem>}
          <TextInput label="Name" required maxLength={80} {...form.getInputProps('name')} disabled={!mayEdit} />
          <InactivityInput isStandard={channel.platformType === 'Standard'} disabled={!mayEdit} form={form} />
          <TextInput
            label="Country"
            description="Of your number: two letters, such as DE"
            maxLength={2}
            {...form.getInputProps('isoCountryCode')}
            disabled={!mayEdit}
          />
          <SchemaForm schema={schema} generated={[]} form={form} readOnly={!mayEdit} />
          <Group>
            <SaveButton changed={form.isDirty()} busy={form.submitting} />
          </Group>
        </Stack>
      </form>
      <LeaveGuard unsaved={form.isDirty() && !form.submitting} />
    </Section>
  )
}

interface InactivityInputProps {
  isStandard: boolean
  disabled: boolean
  form: { getInputProps: (name: 'inactivityMinutes') => object }
}

function InactivityInput({ isStandard, disabled, form }: InactivityInputProps) {
  return (
    <NumberInput
      label="Minutes until inactive"
      description={
        isStandard
          ? 'For enhanced channels only'
          : 'When the person has not answered the agent for so long, 5 to 30 minutes, the session becomes inactive, and ends a day later. Left empty: never.'
      }
      placeholder="Off"
      min={5}
      max={30}
      allowDecimal={false}
      {...form.getInputProps('inactivityMinutes')}
      disabled={disabled || isStandard}
    />
  )
}

function SaveButton({ changed, busy }: { changed: boolean; busy: boolean }) {
  const blockedBy = changed ? undefined : 'Nothing has changed'
  return (
    <GuardedButton role="admin" type="submit" size="sm" loading={busy} blockedBy={blockedBy}>
      Save
    </GuardedButton>
  )
}
