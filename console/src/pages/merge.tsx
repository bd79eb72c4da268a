import { useEffect, useState } from 'react'
import { Alert, Button, Modal, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { IconArrowsJoin } from '@tabler/icons-react'
import type { Account, Individual } from '../../../src/contract/individuals.ts'
import type { Merge } from '../../../src/contract/merges.ts'
import { remove } from '../api/client.ts'
import { duplicatesQuery, mergesQuery, type MergeObject } from '../api/merge-queries.ts'
import { GuardedButton } from '../parts/access.tsx'
import { Ago } from '../parts/bits.tsx'
import { useNow } from '../parts/format.ts'
import { AccountPicker, IndividualPicker, type Choice } from '../parts/record-picker.tsx'
import { Loaded, Skeletons } from '../parts/states.tsx'
import { MergePreviewForm } from './merge-preview.tsx'

interface MergeButtonProps {
  record: Individual | Account
  object: MergeObject
}

/** Finds the duplicates of a record, and makes one of two. */
export function MergeButton({ record, object }: MergeButtonProps) {
  const [opened, setOpened] = useState(false)
  const isConverted = 'convertedInto' in record && record.convertedInto !== null
  return (
    <>
      <GuardedButton
        role="agent"
        variant="default"
        leftSection={<IconArrowsJoin size={15} />}
        blockedBy={isConverted ? 'The lead became a contact already' : undefined}
        onClick={() => setOpened(true)}
      >
        Merge
      </GuardedButton>
      {opened && <MergeDialog record={record} object={object} onClose={() => setOpened(false)} />}
    </>
  )
}

function MergeDialog({ record, object, onClose }: MergeButtonProps & { onClose: () => void }) {
  const [other, setOther] = useState<Choice | null>(null)
  const navigate = useNavigate()
  if (other) {
    return (
      <MergeModal
        keptId={record.id}
        mergedId={other.id}
        onClose={onClose}
        onMerged={(keptId) =>
          object === 'account'
            ? navigate({ to: '/accounts/$accountId', params: { accountId: keptId } })
            : navigate({ to: '/contacts/$contactId', params: { contactId: keptId } })
        }
      />
    )
  }
  return (
    <Modal opened onClose={onClose} title={`Merge ${record.name} with another`}>
      <Stack>
        <Text size="sm">
          Where two records are of one {object === 'account' ? 'organisation' : 'person'}, they become one. You see first what stays.
        </Text>
        <Duplicates record={record} onChoose={setOther} />
        {object === 'account' ? (
          <AccountPicker label="Or another" except={record.id} value={null} onChange={setOther} />
        ) : (
          <IndividualPicker label="Or another" kind={(record as Individual).kind} except={record.id} value={null} onChange={setOther} />
        )}
      </Stack>
    </Modal>
  )
}

function Duplicates({ record, onChoose }: { record: Individual | Account; onChoose: (choice: Choice) => void }) {
  const query = useQuery(duplicatesQuery(record))
  return (
    <div>
      <h3 className="card-head">Likely duplicates</h3>
      <Loaded query={query} skeleton={<Skeletons rows={2} />}>
        {(found) => {
          if (found.length === 0) return <p className="dim">None found: nobody else has its numbers, e-mails or name.</p>
          return (
            <ul className="choices">
              {found.map(({ id, name, why }) => (
                <li key={id}>
                  <span className="grow">
                    <b dir="auto">{name}</b>
                    <small className="source">{why}</small>
                  </span>
                  <Button size="compact-xs" variant="default" onClick={() => onChoose({ id, name })} aria-label={`Merge with ${name}`}>
                    Merge with it
                  </Button>
                </li>
              ))}
            </ul>
          )
        }}
      </Loaded>
    </div>
  )
}

interface MergeModalProps {
  keptId: string
  mergedId: string
  onClose: () => void
  onMerged: (keptId: string) => unknown
}

/** What becomes of the two, with a choice for each field; then it is done. */
export function MergeModal({ keptId, mergedId, onClose, onMerged }: MergeModalProps) {
  return (
    <Modal opened onClose={onClose} title="Make one of two" size="xl">
      <MergePreviewForm
        keptId={keptId}
        mergedId={mergedId}
        onClose={onClose}
        onMerged={(id) => {
          onClose()
          onMerged(id)
        }}
      />
    </Modal>
  )
}

const readAgainKeys = ['individual', 'account', 'list', 'messaging-user', 'merge-candidates']

/** @returns what takes a merge apart again */
export function useUndoMerge() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (merge: Merge) => remove<Merge>(`/api/v1/merges/${merge.id}`),
    onSuccess: ({ keptName, mergedName }) =>
      notifications.show({ title: 'Taken apart again', message: `${keptName} and ${mergedName} are two records once more.` }),
    onError: (error) => notifications.show({ color: 'red', title: 'Not undone', message: error.message }),
    onSettled: () => Promise.all(readAgainKeys.map((key) => client.invalidateQueries({ queryKey: [key] }))),
  })
}

const dayMs = 86_400_000

/** Says that something was merged into the record lately, with a way back. Later ones are undone in the record's list of merges. */
export function MergeBanner({ recordId }: { recordId: string }) {
  const { data } = useQuery(mergesQuery(recordId))
  const undo = useUndoMerge()
  const now = useNow()
  const latest = data?.find((merge) => merge.keptId === recordId && !merge.undoneAt)
  if (!latest || now - Date.parse(latest.mergedAt) > dayMs) return null
  return (
    <Alert variant="light" mb="md" className="alert" role="status">
      <div className="banner">
        <span className="grow">
          <b dir="auto">{latest.mergedName}</b> was merged into this record <Ago at={latest.mergedAt} />.
        </span>
        <GuardedButton role="agent" variant="default" loading={undo.isPending} onClick={() => undo.mutate(latest)}>
          Undo
        </GuardedButton>
      </div>
    </Alert>
  )
}

/** The id of a merged record leads to the one that was kept. */
export function useFollowMerge(wanted: string, found: string | undefined) {
  const navigate = useNavigate()
  useEffect(() => {
    if (!found || found === wanted) return
    if (found.startsWith('ac_')) void navigate({ to: '/accounts/$accountId', params: { accountId: found }, replace: true })
    else void navigate({ to: '/contacts/$contactId', params: { contactId: found }, replace: true })
  }, [wanted, found, navigate])
}
