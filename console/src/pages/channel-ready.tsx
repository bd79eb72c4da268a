import { Alert, Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { IconExternalLink, IconKey } from '@tabler/icons-react'
import type { Channel, ChannelCreated, ConnectorInfo } from '../../../src/contract/channels.ts'
import { CopyField, PageHead } from '../parts/bits.tsx'
import { Markdown } from '../parts/markdown.tsx'
import type { ConfigSchema } from '../parts/schema-form.tsx'
import { demoPage, embedCode, webChatType } from './web-chat.ts'

/** What remains to be done at the platform, right after the channel was made. */
export function ChannelReady({ channel, connector }: { channel: ChannelCreated; connector: ConnectorInfo }) {
  return (
    <>
      <PageHead title={`${channel.name} is there`} />
      <Stack gap="md" maw={720}>
        <Secrets secrets={channel.generatedSecrets} schema={connector.configSchema as ConfigSchema} />
        <Paper withBorder p="lg">
          <SetupNotes channel={channel} connector={connector} />
        </Paper>
        <Group gap="xs">
          {channel.type === webChatType && <DemoLink channelId={channel.id} />}
          <Button
            variant="default"
            renderRoot={(props) => <Link to="/channels/$channelId" params={{ channelId: channel.id }} {...props} />}
          >
            Go to the channel
          </Button>
        </Group>
      </Stack>
    </>
  )
}

export function DemoLink({ channelId }: { channelId: string }) {
  return (
    <Button component="a" href={demoPage(channelId)} target="_blank" rightSection={<IconExternalLink size={15} />}>
      Open the demo page
    </Button>
  )
}

function Secrets({ secrets, schema }: { secrets: Record<string, string>; schema: ConfigSchema }) {
  const made = Object.entries(secrets)
  if (made.length === 0) return null
  return (
    <Alert
      color="yellow"
      variant="light"
      icon={<IconKey size={18} />}
      title="Copy these now. They are shown this once."
      className="alert secrets"
    >
      <Stack gap="sm">
        {made.map(([name, value]) => (
          <div key={name}>
            <Text size="sm" fw={600}>
              {schema.properties?.[name]?.title ?? name}
            </Text>
            <CopyField value={value} label={schema.properties?.[name]?.title ?? name} />
          </div>
        ))}
      </Stack>
    </Alert>
  )
}

/** The webhook address and the connector's own notes. */
export function SetupNotes({ channel, connector }: { channel: Channel; connector: ConnectorInfo }) {
  return (
    <Stack gap="md">
      {channel.webhookUrl && (
        <div>
          <Title order={2} mb={6}>
            Webhook address
          </Title>
          <CopyField value={channel.webhookUrl} label="webhook address" />
        </div>
      )}
      {channel.type === webChatType && (
        <div>
          <Title order={2} mb={6}>
            Code for your pages
          </Title>
          <CopyField value={embedCode(channel.id, location.origin)} label="code" />
        </div>
      )}
      <Markdown source={connector.setupNotes.replaceAll('{{webhookUrl}}', channel.webhookUrl ?? '')} />
    </Stack>
  )
}
