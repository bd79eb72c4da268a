import { useState } from 'react'
import { Alert, Group, Select, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import type { Channel, ChannelUpdate, ConnectorInfo } from '../../../src/contract/channels.ts'
import { patch } from '../api/client.ts'
import { channelQuery } from '../api/queries.ts'
import { GuardedButton, useMay } from '../parts/access.tsx'
import { Section } from '../parts/bits.tsx'
import { placeErrors } from '../parts/form-errors.ts'
import { filledConfig, initialConfig, SchemaForm, type ConfigSchema } from '../parts/schema-form.tsx'
import { consentTypeWords } from '../parts/words.ts'

const consentTypeOptions = Object.entries(consentTypeWords).map(([value, label]) => ({ value, label }))

function formValues(channel: Channel, schema: ConfigSchema) {
  const { name, consentType, isoCountryCode, config } = channel
  return { name, consentType, isoCountryCode: isoCountryCode ?? '', config: initialConfig(schema, config) }
}

/** A stored secret comes as a row of dots; sent back unchanged, it stays. */
export function ChannelSettings({ channel, connector }: { channel: Channel; connector: ConnectorInfo }) {
  const schema = connector.configSchema as ConfigSchema
  const mayEdit = useMay('admin')
  const save = useSave(channel.id)
  const [problem, setProblem] = useState<string>()
  const form = useForm({
    initialValues: formValues(channel, schema),
    validate: { name: (value) => (value.trim() ? null : 'A name is needed') },
  })
  const submit = form.onSubmit(async ({ name, consentType, isoCountryCode, config }) => {
    setProblem(undefined)
    const country = isoCountryCode.trim().toUpperCase() || null
    try {
      await save({ name: name.trim(), consentType, isoCountryCode: country, config: filledConfig(config) })
    } catch (error) {
      const settings = Object.keys(schema.properties ?? {}).map((setting) => `config.${setting}`)
      setProblem(placeErrors(form, error, ['name', 'consentType', 'isoCountryCode', ...settings]))
    }
  })
  return (
    <Section title="Settings">
      <form onSubmit={submit} noValidate className="section-body">
        <Stack gap="md">
          {problem && (
            <Alert color="red" variant="light" role="alert" className="alert">
              {problem}
            </Alert>
          )}
          <TextInput label="Name" required maxLength={80} {...form.getInputProps('name')} disabled={!mayEdit} />
          <Select
            label="Consent"
            description="What a person must have said before you may write"
            data={consentTypeOptions}
            allowDeselect={false}
            {...form.getInputProps('consentType')}
            disabled={!mayEdit}
          />
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
    </Section>
  )
}

function useSave(channelId: string) {
  const client = useQueryClient()
  return async (update: ChannelUpdate) => {
    const updated = await patch<Channel>(`/api/v1/channels/${channelId}`, update)
    client.setQueryData(channelQuery(channelId).queryKey, updated)
    void client.invalidateQueries({ queryKey: ['channels'] })
    notifications.show({ message: 'Settings saved' })
  }
}

function SaveButton({ changed, busy }: { changed: boolean; busy: boolean }) {
  const blockedBy = changed ? undefined : 'Nothing has changed'
  return (
    <GuardedButton role="admin" type="submit" size="sm" loading={busy} blockedBy={blockedBy}>
      Save
    </GuardedButton>
  )
}
