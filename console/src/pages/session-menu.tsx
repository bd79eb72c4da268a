import { useState } from 'react'
import { ActionIcon, Menu, Tooltip } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { IconDotsVertical } from '@tabler/icons-react'
import type { Session } from '../../../src/contract/sessions.ts'
import { post, put, remove } from '../api/client.ts'
import { meQuery } from '../api/queries.ts'
import { useMay } from '../parts/access.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { obstacles, type SessionAct } from './session-acts.ts'
import { HandOver } from './session-hand-over.tsx'
import { keepSession } from './session-rows.ts'

const labels: Record<SessionAct, string> = {
  accept: 'Accept',
  handOver: 'Hand over to…',
  release: 'Return to queue',
  pause: 'Pause',
  resume: 'Resume',
  inactivate: 'Set inactive',
  end: 'End…',
}

type DirectAct = Exclude<SessionAct, 'handOver'>

function perform(id: string, act: DirectAct): Promise<Session> {
  const path = `/api/v1/sessions/${id}`
  switch (act) {
    case 'accept':
      return put<Session>(`${path}/owner`, {})
    case 'release':
      return remove<Session>(`${path}/owner`)
    case 'pause':
      return put<Session>(`${path}/status`, { status: 'Paused' })
    case 'resume':
      return put<Session>(`${path}/status`, { status: 'Active' })
    case 'inactivate':
      return put<Session>(`${path}/status`, { status: 'Inactive' })
    case 'end':
      return post<Session>(`${path}/closure`)
  }
}

function NoActions({ session }: { session: Session }) {
  return (
    <Tooltip label="The session has ended">
      <ActionIcon
        variant="transparent"
        size="sm"
        data-disabled
        aria-disabled
        aria-label={`No actions: ${session.name} has ended`}
        className="no-acts"
      >
        <IconDotsVertical size={16} />
      </ActionIcon>
    </Tooltip>
  )
}

/** What an operator can do with a session. What is impossible says why. Nothing for those who may only read. */
export function SessionMenu({ session }: { session: Session }) {
  const [dialog, setDialog] = useState<'handOver' | 'end'>()
  const client = useQueryClient()
  const { data: me } = useQuery(meQuery)
  if (!useMay('agent')) return null
  if (session.endedAt) return <NoActions session={session} />
  const why = obstacles(session, me?.id)
  const close = () => setDialog(undefined)
  const act = async (kind: DirectAct) => keepSession(client, await perform(session.id, kind))

  function choose(kind: SessionAct) {
    if (kind === 'handOver' || kind === 'end') return setDialog(kind)
    act(kind).catch((error: Error) =>
      notifications.show({ color: 'red', title: `${session.name}: not done`, message: error.message }),
    )
  }
  return (
    <>
      <Menu position="bottom-end" width={230} shadow="md">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Actions on ${session.name}`}>
            <IconDotsVertical size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {(Object.keys(labels) as SessionAct[]).map((kind) => (
            <Menu.Item key={kind} disabled={why[kind] !== undefined} onClick={() => choose(kind)} className="act">
              {labels[kind]}
              {why[kind] && <small>{why[kind]}</small>}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {dialog === 'handOver' && <HandOver session={session} onClose={close} />}
      <Confirm
        opened={dialog === 'end'}
        onClose={close}
        title={`End ${session.name}?`}
        action="End session"
        onConfirm={() => act('end')}
      >
        An ended session stays ended. What <bdi>{session.messagingUserName}</bdi> writes next begins a new one.
      </Confirm>
    </>
  )
}
