import { useState } from 'react'
import { Button, Group, Paper, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { IconPlus, IconTargetArrow } from '@tabler/icons-react'
import type { Purpose } from '../../../src/contract/consent.ts'
import { remove } from '../api/client.ts'
import { purposesQuery } from '../api/queries.ts'
import { GuardedButton, useMay } from '../parts/access.tsx'
import { PageHead } from '../parts/bits.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { DataTable, type Column } from '../parts/data-table.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { minimumConsentLabel } from '../parts/words.ts'
import { PurposeForm } from './purpose-form.tsx'

type Row = Purpose & { id: string }

const columns: Column<Row>[] = [
  {
    id: 'label',
    header: 'Purpose',
    cell: ({ label }) => (
      <b dir="auto" className="cut">
        {label}
      </b>
    ),
  },
  { id: 'key', header: 'Key', cell: ({ key }) => <span className="mono">{key}</span> },
  { id: 'minimum', header: 'Minimum consent', wide: true, cell: ({ minimumConsent }) => minimumConsentLabel(minimumConsent) },
  { id: 'actions', header: 'Actions', align: 'right', cell: (purpose) => <Actions purpose={purpose} /> },
]

export function PurposesPage() {
  const query = useQuery(purposesQuery)
  const [adding, setAdding] = useState(false)
  return (
    <>
      <PageHead title="Purposes">
        <GuardedButton role="admin" leftSection={<IconPlus size={15} />} onClick={() => setAdding(true)}>
          Add purpose
        </GuardedButton>
      </PageHead>
      <Text size="sm" c="dimmed" mb="md" maw={720}>
        Every message is sent for a purpose. A person can withdraw one purpose and keep the others, and a purpose can ask for more
        consent than the channel does.
      </Text>
      <Paper withBorder className="list">
        <Loaded query={query}>
          {(purposes) =>
            purposes.length === 0 ? (
              <EmptyState icon={<IconTargetArrow size={24} />} title="No purposes">
                Add what you send messages for.
              </EmptyState>
            ) : (
              <DataTable label="Purposes" columns={columns} rows={purposes.map((purpose) => ({ ...purpose, id: purpose.key }))} />
            )
          }
        </Loaded>
      </Paper>
      {adding && <PurposeForm onClose={() => setAdding(false)} />}
    </>
  )
}

function Actions({ purpose }: { purpose: Purpose }) {
  const [dialog, setDialog] = useState<'edit' | 'remove'>()
  const client = useQueryClient()
  if (!useMay('admin')) return null
  const close = () => setDialog(undefined)
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      <Button variant="subtle" size="compact-xs" onClick={() => setDialog('edit')} aria-label={`Edit ${purpose.label}`}>
        Edit
      </Button>
      <Button
        variant="subtle"
        color="red.9"
        size="compact-xs"
        className="danger"
        onClick={() => setDialog('remove')}
        aria-label={`Remove ${purpose.label}`}
      >
        Remove
      </Button>
      {dialog === 'edit' && <PurposeForm purpose={purpose} onClose={close} />}
      <Confirm
        opened={dialog === 'remove'}
        onClose={close}
        title={`Remove ${purpose.label}?`}
        action="Remove purpose"
        onConfirm={async () => {
          await remove(`/api/v1/purposes/${purpose.key}`)
          await client.invalidateQueries({ queryKey: ['purposes'] })
        }}
      >
        Nothing can be sent for it any more. A purpose that somebody has given or withdrawn consent for stays, because the ledger
        speaks of it; and so do the two that come with Muster.
      </Confirm>
    </Group>
  )
}
