import { useState } from 'react'
import { Button, Group, Radio, Stack, Table, Text } from '@mantine/core'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Merge, MergePreview } from '../../../src/contract/merges.ts'
import { post } from '../api/client.ts'
import { mergePreviewQuery } from '../api/merge-queries.ts'
import { accountQuery, individualQuery } from '../api/record-queries.ts'
import { Status } from '../parts/bits.tsx'
import { formatCount, humanise } from '../parts/format.ts'
import { Problem } from '../parts/problem.tsx'
import { Loaded } from '../parts/states.tsx'
import { consentWords } from '../parts/words.ts'

type Side = 'kept' | 'merged'
type Choices = Record<string, Side>

interface MergePreviewFormProps {
  keptId: string
  mergedId: string
  onClose: () => void
  onMerged: (keptId: string) => void
}

/** Both records side by side; of each field that differs, a person says which value stays. */
export function MergePreviewForm({ keptId, mergedId, onClose, onMerged }: MergePreviewFormProps) {
  const [fields, setFields] = useState<Choices>({})
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const client = useQueryClient()
  const wish = { keptId, mergedId, fields }
  const query = useQuery({ ...mergePreviewQuery(wish), placeholderData: keepPreviousData })
  async function merge() {
    setBusy(true)
    try {
      const { keptId: id } = await post<Merge>('/api/v1/merges', wish)
      for (const key of ['individual', 'account', 'list', 'messaging-user', 'merge-candidates']) void client.invalidateQueries({ queryKey: [key] })
      onMerged(id)
    } catch (error) {
      setProblem((error as Error).message)
      setBusy(false)
    }
  }
  return (
    <Loaded query={query}>
      {(preview) => (
        <Stack>
          <FieldChoice preview={preview} choices={fields} onChoose={(field, side) => setFields({ ...fields, [field]: side })} />
          <Together preview={preview} />
          <Text size="sm" c="dimmed">
            {preview.consent}. The merge can be undone.
          </Text>
          {problem && <Problem title="Not merged">{problem}</Problem>}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" size="sm" onClick={onClose}>
              Cancel
            </Button>
            <Button size="sm" loading={busy} onClick={merge}>
              Merge
            </Button>
          </Group>
        </Stack>
      )}
    </Loaded>
  )
}

const fieldLabels: Record<string, string> = { name: 'Name', accountId: 'Account', isoCountryCode: 'Country' }
const labelOf = (field: string) => fieldLabels[field] ?? (field.startsWith('attributes.') ? field.slice('attributes.'.length) : humanise(field))

interface FieldChoiceProps {
  preview: MergePreview
  choices: Choices
  onChoose: (field: string, side: Side) => void
}

function FieldChoice({ preview, choices, onChoose }: FieldChoiceProps) {
  const fields = preview.fields.filter(({ kept, merged }) => kept !== null || merged !== null)
  return (
    <Table.ScrollContainer minWidth={0} type="native">
      <Table className="data-table compact merge-table" aria-label="What stays of each field">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Field</Table.Th>
            <Table.Th scope="col">
              <SideHead id={preview.keptId} means="Stays" />
            </Table.Th>
            <Table.Th scope="col">
              <SideHead id={preview.mergedId} means="Goes into the other" />
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {fields.map(({ field, kept, merged, result }) => {
            const side = choices[field] ?? (result === kept ? 'kept' : 'merged')
            const shown = (value: typeof kept, of: Side) => (
              <FieldValue
                field={field}
                value={value}
                isChosen={side === of}
                choose={kept === merged ? undefined : () => onChoose(field, of)}
                of={of}
              />
            )
            return (
              <Table.Tr key={field}>
                <Table.Th scope="row">{labelOf(field)}</Table.Th>
                <Table.Td className="wide-cell">{shown(kept, 'kept')}</Table.Td>
                <Table.Td className="wide-cell">{shown(merged, 'merged')}</Table.Td>
              </Table.Tr>
            )
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

function SideHead({ id, means }: { id: string; means: string }) {
  const individual = useQuery({ ...individualQuery(id), enabled: id.startsWith('in_') })
  const account = useQuery({ ...accountQuery(id), enabled: id.startsWith('ac_') })
  return (
    <>
      <b className="mark" dir="auto">
        {(individual.data ?? account.data)?.name ?? '…'}
      </b>
      <small className="source">{means}</small>
    </>
  )
}

interface FieldValueProps {
  field: string
  value: string | number | boolean | null
  isChosen: boolean
  /** Missing where both are the same. */
  choose: (() => void) | undefined
  of: Side
}

function FieldValue({ field, value, isChosen, choose, of }: FieldValueProps) {
  const shown = value === null ? 'nothing' : String(value)
  const isAccount = field === 'accountId' && typeof value === 'string'
  const text = isAccount ? <AccountName id={value} /> : <bdi className={value === null ? 'none' : undefined}>{shown}</bdi>
  if (!choose) return text
  return (
    <Radio
      size="xs"
      name={field}
      checked={isChosen}
      onChange={choose}
      label={text}
      aria-label={`${labelOf(field)}: ${shown}, of the record that ${of === 'kept' ? 'stays' : 'goes'}`}
    />
  )
}

function AccountName({ id }: { id: string }) {
  const { data } = useQuery(accountQuery(id))
  return <bdi>{data?.name ?? '…'}</bdi>
}

/** What both bring along. */
function Together({ preview }: { preview: MergePreview }) {
  const { phones, emails, externalIds, messagingUsers, messagingUserCounts: counts, contactCount } = preview
  const total = counts.kept + counts.merged
  const lists = [
    ['Phones', phones.map(({ number }) => number)],
    ['E-mails', emails.map(({ email }) => email)],
    ['Ids in other systems', externalIds.map(({ system, externalId }) => `${system} ${externalId}`)],
    ['Contacts that come along', contactCount > 0 ? [formatCount(contactCount)] : []],
  ] as const
  return (
    <div>
      <h3 className="card-head">The one record then has</h3>
      <dl className="fields plain">
        {lists.map(([label, values]) => values.length > 0 && (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{values.map((value) => <div key={value} dir="auto">{value}</div>)}</dd>
          </div>
        ))}
        <div>
          <dt>Messaging users</dt>
          <dd>
            {total === 0 && <span className="none">None</span>}
            {messagingUsers.map((user) => (
              <div key={user.id} className="merge-user">
                <bdi className="wrap-any">
                  {user.name} · {user.channelName}
                </bdi>
                <Status {...consentWords[user.consentStatus ?? 'none']} />
              </div>
            ))}
            {total > messagingUsers.length && <span className="dim">and {formatCount(total - messagingUsers.length)} more</span>}
          </dd>
        </div>
      </dl>
    </div>
  )
}
