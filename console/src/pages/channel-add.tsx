import { useState } from 'react'
import { Anchor, Button, Group, Paper, Radio, SimpleGrid, Stack, Text, TextInput, UnstyledButton } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { IconChevronLeft } from '@tabler/icons-react'
import type { ChannelCreate, ChannelCreated, ConnectorInfo, PlatformType } from '../../../src/contract/channels.ts'
import { ApiError, post } from '../api/client.ts'
import { connectorsQuery } from '../api/queries.ts'
import { useMay } from '../parts/access.tsx'
import { ConnectorIcon, PageHead } from '../parts/bits.tsx'
import { placeErrors } from '../parts/form-errors.ts'
import { Problem } from '../parts/problem.tsx'
import { filledConfig, initialConfig, SchemaForm, type ConfigSchema } from '../parts/schema-form.tsx'
import { ErrorState, Loaded } from '../parts/states.tsx'
import { platformTypeWords } from '../parts/words.ts'
import { ChannelReady } from './channel-ready.tsx'

const back = (
  <Anchor renderRoot={(props) => <Link to="/channels" {...props} />} size="sm" className="back">
    <IconChevronLeft size={15} aria-hidden /> Channels
  </Anchor>
)

export function AddChannelPage() {
  const { type } = useSearch({ from: '/signed-in/channels/new' })
  const query = useQuery(connectorsQuery)
  const [created, setCreated] = useState<ChannelCreated>()
  if (!useMay('admin')) return <ErrorState error={new ApiError(403, 'forbidden', 'Only admins can add channels.')} isPage />
  return (
    <Loaded isPage query={query}>
      {(connectors) => {
        const connector = connectors.find((known) => known.type === type)
        if (connector && created) return <ChannelReady channel={created} connector={connector} />
        return connector ? (
          <AddForm key={connector.type} connector={connector} onCreated={setCreated} />
        ) : (
          <PickConnector connectors={connectors} />
        )
      }}
    </Loaded>
  )
}

function PickConnector({ connectors }: { connectors: ConnectorInfo[] }) {
  return (
    <>
      <PageHead title="Add a channel" back={back} />
      <Text size="sm" c="dimmed" mb="md">
        Where do people write to you?
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm">
        {connectors.map(({ type, label, messageType }) => (
          <UnstyledButton
            key={type}
            renderRoot={(props) => <Link to="/channels/new" search={{ type }} {...props} />}
            className="pick"
          >
            <ConnectorIcon type={type} size={28} />
            <span>
              <b>{label}</b>
              <small>{messageType}</small>
            </span>
          </UnstyledButton>
        ))}
      </SimpleGrid>
    </>
  )
}

interface AddFormProps {
  connector: ConnectorInfo
  onCreated: (channel: ChannelCreated) => void
}

function AddForm({ connector, onCreated }: AddFormProps) {
  const schema = connector.configSchema as ConfigSchema
  const client = useQueryClient()
  const navigate = useNavigate()
  const [problem, setProblem] = useState<string>()
  const form = useForm({
    initialValues: { name: connector.label, platformType: 'Enhanced' as PlatformType, config: initialConfig(schema) },
    validate: { name: (value) => (value.trim() ? null : 'A name is needed') },
  })
  const submit = form.onSubmit(async ({ name, platformType, config }) => {
    setProblem(undefined)
    try {
      const body: ChannelCreate = { type: connector.type, name: name.trim(), platformType, config: filledConfig(config) }
      onCreated(await post<ChannelCreated>('/api/v1/channels', body))
      void client.invalidateQueries({ queryKey: ['channels'] })
    } catch (error) {
      setProblem(placeErrors(form, error, ['name', ...Object.keys(schema.properties ?? {}).map((name) => `config.${name}`)]))
    }
  })
  return (
    <>
      <PageHead
        title={
          <Group gap="xs">
            <ConnectorIcon type={connector.type} size={24} /> Add {connector.label}
          </Group>
        }
        back={back}
      />
      <Paper withBorder p="lg" maw={620}>
        <form onSubmit={submit} noValidate>
          <Stack gap="md">
            {problem && <Problem>{problem}</Problem>}
            <TextInput
              label="Name"
              description="How you and your colleagues will know this channel"
              required
              maxLength={80}
              {...form.getInputProps('name')}
            />
            {connector.tiers && <TierChoice input={form.getInputProps('platformType')} />}
            <SchemaForm schema={schema} generated={connector.generated} form={form} />
            <Group gap="xs" mt="xs">
              <Button type="submit" loading={form.submitting}>
                Add channel
              </Button>
              <Button variant="default" onClick={() => navigate({ to: '/channels/new' })}>
                Choose another
              </Button>
            </Group>
          </Stack>
        </form>
      </Paper>
    </>
  )
}

function TierChoice({ input }: { input: object }) {
  return (
    <Radio.Group label="Tier" description="A standard channel can be upgraded later, an enhanced one stays enhanced" {...input}>
      <Stack gap="xs" mt="xs">
        {(['Enhanced', 'Standard'] as const).map((tier) => (
          <Radio key={tier} value={tier} label={platformTypeWords[tier].label} description={platformTypeWords[tier].means} />
        ))}
      </Stack>
    </Radio.Group>
  )
}
