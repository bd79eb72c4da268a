import { useState } from 'react'
import { Button, Paper } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { IconKey, IconPlus } from '@tabler/icons-react'
import type { ApiKey } from '../../../src/contract/access.ts'
import { remove } from '../api/client.ts'
import { apiKeysQuery } from '../api/queries.ts'
import { GuardedButton } from '../parts/access.tsx'
import { Ago, PageHead } from '../parts/bits.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { DataTable, type Column } from '../parts/data-table.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { roleWords } from '../parts/words.ts'
import { CreateApiKey } from './api-key-create.tsx'

export function ApiKeysPage() {
  const query = useQuery(apiKeysQuery)
  const client = useQueryClient()
  const [creating, dialog] = useDisclosure(false)
  const refresh = () => client.invalidateQueries({ queryKey: ['api-keys'] })
  return (
    <>
      <PageHead title="API keys">
        <GuardedButton role="admin" leftSection={<IconPlus size={15} />} onClick={dialog.open}>
          Create key
        </GuardedButton>
      </PageHead>
      <Paper withBorder className="list">
        <Loaded query={query}>
          {(keys) =>
            keys.length === 0 ? (
              <EmptyState icon={<IconKey size={24} />} title="No API keys">
                A key lets a program of yours use the API, within a role and the scopes you choose.
              </EmptyState>
            ) : (
              <DataTable label="API keys" columns={columns} rows={keys} />
            )
          }
        </Loaded>
      </Paper>
      {creating && <CreateApiKey onClose={dialog.close} onCreated={refresh} />}
    </>
  )
}

const columns: Column<ApiKey>[] = [
  {
    id: 'name',
    header: 'Name',
    cell: (key) => (
      <b dir="auto" className="cut">
        {key.name}
      </b>
    ),
  },
  { id: 'hint', header: 'Key', wide: true, cell: (key) => <span className="mono">{key.hint}…</span> },
  { id: 'role', header: 'Role', cell: (key) => roleWords[key.role].label },
  {
    id: 'scopes',
    header: 'Scopes',
    wide: true,
    cell: (key) => <span className="dim">{key.scopes.join(', ') || 'All of its role'}</span>,
  },
  { id: 'lastUsed', header: 'Last used', cell: (key) => <Ago at={key.lastUsedAt} /> },
  { id: 'created', header: 'Created', wide: true, cell: (key) => <Ago at={key.createdAt} /> },
  { id: 'revoke', header: 'Actions', align: 'right', cell: (key) => <Revoke apiKey={key} /> },
]

function Revoke({ apiKey }: { apiKey: ApiKey }) {
  const [asking, setAsking] = useState(false)
  const client = useQueryClient()
  return (
    <>
      <Button
        variant="subtle"
        color="red.9"
        size="compact-xs"
        className="danger"
        onClick={() => setAsking(true)}
        aria-label={`Revoke ${apiKey.name}`}
      >
        Revoke
      </Button>
      <Confirm
        opened={asking}
        onClose={() => setAsking(false)}
        title={`Revoke ${apiKey.name}?`}
        action="Revoke key"
        onConfirm={async () => {
          await remove(`/api/v1/api-keys/${apiKey.id}`)
          await client.invalidateQueries({ queryKey: ['api-keys'] })
        }}
      >
        Programs that use this key are refused at once. This cannot be undone.
      </Confirm>
    </>
  )
}
