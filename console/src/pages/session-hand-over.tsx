import { useState } from 'react'
import { Alert, Button, Group, Modal, Select, Stack } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { Operator } from '../../../src/contract/access.ts'
import type { Session } from '../../../src/contract/sessions.ts'
import { put } from '../api/client.ts'
import { operatorsQuery } from '../api/queries.ts'
import { Loaded, Skeletons } from '../parts/states.tsx'
import { roleWords } from '../parts/words.ts'
import { keepSession } from './session-rows.ts'

interface HandOverProps {
  session: Session
  onClose: () => void
}

export function HandOver({ session, onClose }: HandOverProps) {
  const operators = useQuery(operatorsQuery)
  return (
    <Modal opened onClose={onClose} title={`Hand over ${session.name}`}>
      <Loaded query={operators} skeleton={<Skeletons rows={2} />}>
        {(known) => <HandOverForm session={session} onClose={onClose} operators={known} />}
      </Loaded>
    </Modal>
  )
}

function HandOverForm({ session, onClose, operators }: HandOverProps & { operators: Operator[] }) {
  const [operatorId, setOperatorId] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const client = useQueryClient()
  // Viewers serve nobody.
  const others = operators.filter(({ id, role }) => id !== session.ownerId && role !== 'viewer')
  async function handOver() {
    setBusy(true)
    try {
      keepSession(client, await put<Session>(`/api/v1/sessions/${session.id}/owner`, { operatorId }))
      onClose()
    } catch (error) {
      setProblem((error as Error).message)
      setBusy(false)
    }
  }
  return (
    <Stack>
      {problem && (
        <Alert color="red" variant="light" role="alert" className="alert">
          {problem}
        </Alert>
      )}
      <Select
        label="To whom"
        placeholder={others.length === 0 ? 'There is nobody else' : 'Choose an operator'}
        searchable
        nothingFoundMessage="Nobody found"
        data={others.map(({ id, name, role }) => ({ value: id, label: `${name} · ${roleWords[role].label}` }))}
        value={operatorId}
        onChange={setOperatorId}
        data-autofocus
      />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" size="sm" onClick={onClose}>
          Cancel
        </Button>
        <Button size="sm" disabled={!operatorId} loading={busy} onClick={handOver}>
          Hand over
        </Button>
      </Group>
    </Stack>
  )
}
