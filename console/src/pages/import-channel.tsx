import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Channel, ConnectorInfo } from '../../../src/contract/channels.ts'
import { channelsQuery, connectorsQuery } from '../api/queries.ts'

interface ImportChannelProps {
  value: string | null
  onChange: (channelId: string | null) => void
  error?: string
  disabled?: boolean
}

/** The channel that people are made messaging users of. Those where that cannot be are named, with the reason. */
export function ImportChannel({ value, onChange, error, disabled }: ImportChannelProps) {
  const { data: channels = [] } = useQuery(channelsQuery)
  const { data: connectors = [] } = useQuery(connectorsQuery)
  const closed = channels.filter((channel) => !takesImports(channel, connectors))
  return (
    <div>
      <Select
        label="Channel"
        description="Leave it open if a column of the file names the channel."
        placeholder="Choose a channel"
        clearable
        clearButtonProps={{ 'aria-label': 'Choose no channel' }}
        searchable
        nothingFoundMessage="No such channel"
        data={channels.filter((channel) => !closed.includes(channel)).map(({ id, name }) => ({ value: id, label: name }))}
        value={value}
        onChange={onChange}
        error={error}
        disabled={disabled}
      />
      {closed.length > 0 && !disabled && (
        <ul className="not-offered" aria-label="Channels that take no imports">
          {[...new Set(closed.map(({ label }) => label))].map((label) => (
            <li key={label}>
              <b>{closed.filter((channel) => channel.label === label).map(({ name }) => name).join(', ')}</b> – not possible: on {label} people
              have no address until they write themselves.
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** The server refuses the others as well. */
function takesImports({ type }: Channel, connectors: ConnectorInfo[]): boolean {
  return connectors.find((connector) => connector.type === type)?.massCreate !== false
}
