import { useState } from 'react'
import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { IconDownload } from '@tabler/icons-react'
import type { Import, ImportStatus } from '../../../src/contract/imports.ts'
import { post, remove } from '../api/client.ts'
import { importQuery, outcomesFile } from '../api/import-queries.ts'
import { GuardedButton } from '../parts/access.tsx'
import { Confirm } from '../parts/confirm.tsx'

/** @returns a function that takes an import a step on, and shows it as it is then; it throws what the API refuses. */
export function useImportStep({ id }: Import) {
  const client = useQueryClient()
  return async (step: 'trial' | 'start' | 'pause' | 'resume' | 'cancel' | 'undo' | 'finish') => {
    const moved = await post<Import>(`/api/v1/imports/${id}/${step}`).finally(() => client.invalidateQueries({ queryKey: ['list', 'imports'] }))
    client.setQueryData(importQuery(id).queryKey, moved)
  }
}

const has = (status: ImportStatus, ...among: ImportStatus[]) => among.includes(status)

/** What can be done with an import as it stands. */
export function ImportActs({ item }: { item: Import }) {
  const { status, isFile } = item
  const [dialog, setDialog] = useState<'discard' | 'cancel' | 'undo'>()
  const step = useImportStep(item)
  const move = useMutation({
    mutationFn: step,
    onError: ({ message }) => notifications.show({ color: 'red', title: 'Not done', message }),
  })
  const act = (label: string, name: 'pause' | 'resume' | 'finish') => (
    <GuardedButton role="agent" variant="default" loading={move.isPending} onClick={() => move.mutate(name)}>
      {label}
    </GuardedButton>
  )
  const ask = (label: string, name: typeof dialog) => (
    <GuardedButton role="agent" variant="default" className="danger" onClick={() => setDialog(name)}>
      {label}
    </GuardedButton>
  )
  return (
    <>
      {status === 'running' && act('Pause', 'pause')}
      {status === 'running' && !isFile && act('End', 'finish')}
      {has(status, 'paused', 'failed') && act('Resume', 'resume')}
      {item.startedAt && (
        <Button component="a" href={outcomesFile(item.id)} download variant="default" size="xs" leftSection={<IconDownload size={15} />}>
          Download outcome of each row
        </Button>
      )}
      {has(status, 'running', 'paused', 'failed') && ask('Cancel the rest', 'cancel')}
      {has(status, 'done', 'cancelled', 'failed', 'paused') && item.created + item.changed > 0 && ask('Undo', 'undo')}
      {status === 'ready' && ask('Discard', 'discard')}
      <Questions item={item} dialog={dialog} onClose={() => setDialog(undefined)} />
    </>
  )
}

interface QuestionsProps {
  item: Import
  dialog: 'discard' | 'cancel' | 'undo' | undefined
  onClose: () => void
}

function Questions({ item, dialog, onClose }: QuestionsProps) {
  const step = useImportStep(item)
  const client = useQueryClient()
  const navigate = useNavigate()
  async function discard() {
    await remove(`/api/v1/imports/${item.id}`)
    await client.invalidateQueries({ queryKey: ['list', 'imports'] })
    await navigate({ to: '/imports' })
  }
  return (
    <>
      <Confirm opened={dialog === 'discard'} onClose={onClose} title="Discard the file?" action="Discard" onConfirm={discard}>
        Nothing of it has been imported.
      </Confirm>
      <Confirm
        opened={dialog === 'cancel'}
        onClose={onClose}
        title="Cancel the rest of the import?"
        action="Cancel the rest"
        onConfirm={() => step('cancel')}
      >
        What it did so far stays, until you undo it. The rest of the file is not imported.
      </Confirm>
      <Confirm opened={dialog === 'undo'} onClose={onClose} title="Undo the import?" action="Undo it" onConfirm={() => step('undo')}>
        People it created are removed, and people it changed become what they were. Whoever has written meanwhile, or was changed again,
        stays as they are: you are told who, and why.
      </Confirm>
    </>
  )
}
