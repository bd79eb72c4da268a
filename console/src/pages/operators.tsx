import { useState } from 'react'
import { Button, Paper, Select } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { IconPlus } from '@tabler/icons-react'
import type { Operator, Role } from '../../../src/contract/access.ts'
import { patch, remove } from '../api/client.ts'
import { meQuery, operatorsQuery } from '../api/queries.ts'
import { GuardedButton } from '../parts/access.tsx'
import { Ago, PageHead, UserAvatar } from '../parts/bits.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { DataTable, type Column } from '../parts/data-table.tsx'
import { Loaded } from '../parts/states.tsx'
import { optionsOf, roleWords } from '../parts/words.ts'
import { AddOperator } from './operator-add.tsx'

const columns: Column<Operator>[] = [
  { id: 'name', header: 'Name', cell: (operator) => <Name operator={operator} /> },
  { id: 'email', header: 'E-mail', wide: true, cell: (operator) => <span className="cut">{operator.email}</span> },
  { id: 'role', header: 'Role', cell: (operator) => <RoleSelect operator={operator} /> },
  { id: 'created', header: 'Added', wide: true, cell: (operator) => <Ago at={operator.createdAt} /> },
  { id: 'remove', header: 'Actions', align: 'right', cell: (operator) => <Remove operator={operator} /> },
]

export function OperatorsPage() {
  const query = useQuery(operatorsQuery)
  const client = useQueryClient()
  const [adding, dialog] = useDisclosure(false)
  return (
    <>
      <PageHead title="Operators">
        <GuardedButton role="admin" leftSection={<IconPlus size={15} />} onClick={dialog.open}>
          Add operator
        </GuardedButton>
      </PageHead>
      <Paper withBorder className="list">
        <Loaded query={query}>{(operators) => <DataTable label="Operators" columns={columns} rows={operators} />}</Loaded>
      </Paper>
      {adding && <AddOperator onClose={dialog.close} onAdded={() => client.invalidateQueries({ queryKey: ['operators'] })} />}
    </>
  )
}

function Name({ operator }: { operator: Operator }) {
  return (
    <span className="user-link">
      <UserAvatar user={{ ...operator, profilePictureUrl: null }} />
      <span className="user-link-text">
        <b dir="auto" className="cut">
          {operator.name}
        </b>
        <small className="narrow-only">{operator.email}</small>
      </span>
    </span>
  )
}

/** Nobody can take their own role or themselves away, so that there is always an admin. */
function useIsMe(operator: Operator): boolean {
  return useQuery(meQuery).data?.id === operator.id
}

function RoleSelect({ operator }: { operator: Operator }) {
  const client = useQueryClient()
  const isMe = useIsMe(operator)
  async function change(role: Role) {
    await patch(`/api/v1/operators/${operator.id}`, { role }).catch((error: Error) =>
      notifications.show({ color: 'red', title: 'Role not changed', message: error.message }),
    )
    await client.invalidateQueries({ queryKey: ['operators'] })
  }
  return (
    <Select
      size="xs"
      w={110}
      data={optionsOf(roleWords)}
      allowDeselect={false}
      aria-label={`Role of ${operator.name}`}
      value={operator.role}
      disabled={isMe}
      title={isMe ? 'Your own role is changed by another admin' : undefined}
      onChange={(role) => role && change(role as Role)}
    />
  )
}

function Remove({ operator }: { operator: Operator }) {
  const [asking, setAsking] = useState(false)
  const client = useQueryClient()
  if (useIsMe(operator)) return <span className="none">you</span>
  return (
    <>
      <Button
        variant="subtle"
        color="red.9"
        size="compact-xs"
        className="danger"
        onClick={() => setAsking(true)}
        aria-label={`Remove ${operator.name}`}
      >
        Remove
      </Button>
      <Confirm
        opened={asking}
        onClose={() => setAsking(false)}
        title={`Remove ${operator.name}?`}
        action="Remove operator"
        onConfirm={async () => {
          await remove(`/api/v1/operators/${operator.id}`)
          await client.invalidateQueries({ queryKey: ['operators'] })
        }}
      >
        {operator.name} is signed out at once and cannot sign in again. What they changed stays in the history.
      </Confirm>
    </>
  )
}
