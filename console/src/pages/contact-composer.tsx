import { useState } from 'react'
import { Select } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import type { MessagingUser } from '../../../src/contract/messaging-users.ts'
import { sendCheckQuery } from '../api/queries.ts'
import { useMay } from '../parts/access.tsx'
import { channelLabel } from './channel-label.ts'
import { Composer } from './composer.tsx'

interface ContactComposerProps {
  users: MessagingUser[]
  /** Whose conversation alone is looked at. */
  only: string | undefined
  /** With whom a conversation was just begun: chosen at first, with the cursor where one writes. */
  started: string | undefined
}

/**
 * Writes to a person on one of their channels: the one looked at, else the last used that may be written to. On one that may not,
 * the composer says why.
 */
export function ContactComposer({ users, only, started }: ContactComposerProps) {
  const [chosen, setChosen] = useState(started)
  const mayWrite = useMay('agent')
  const checks = useQueries({ queries: users.map(({ id }) => ({ ...sendCheckQuery(id, 'service'), enabled: mayWrite })) })
  const isRefused = (index: number) => checks[index]?.data?.allowed === false
  const user = users.find(({ id }) => id === (only ?? chosen)) ?? users.find((_, index) => !isRefused(index)) ?? users[0]!
  return (
    <>
      {mayWrite && users.length > 1 && (
        <div className="write-on">
          <Select
            aria-label="Write on"
            size="xs"
            allowDeselect={false}
            disabled={only !== undefined}
            data={users.map((one, index) => ({
              value: one.id,
              label: `${channelLabel(one, users)}${isRefused(index) ? ' (not now: see why)' : ''}`,
            }))}
            value={user.id}
            onChange={(id) => setChosen(id ?? undefined)}
            leftSection={<span className="dim">On</span>}
            leftSectionWidth={34}
          />
        </div>
      )}
      <Composer key={user.id} user={user} takesFocus={user.id === started} />
    </>
  )
}
