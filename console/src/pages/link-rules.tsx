import { useState } from 'react'
import { Button, Group, Paper, Stack, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { IconLink, IconPlus } from '@tabler/icons-react'
import { idFields, type LinkRule } from '../../../src/contract/links.ts'
import { remove } from '../api/client.ts'
import { connectorsQuery } from '../api/queries.ts'
import { linkRulesQuery } from '../api/record-queries.ts'
import { GuardedButton, useMay } from '../parts/access.tsx'
import { ChannelName, PageHead, Status } from '../parts/bits.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { DataTable, type Column } from '../parts/data-table.tsx'
import { kindWords, matchFieldWords, whenNoneWords, whenOneWords } from '../parts/record-words.ts'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { LinkRuleForm } from './link-rule-form.tsx'
import { LinkRuns } from './link-runs.tsx'

type Row = LinkRule & { id: string }

const columns: Column<Row>[] = [
  { id: 'channel', header: 'Channels', cell: (rule) => <ChannelKind rule={rule} /> },
  { id: 'kind', header: 'Kind', wide: true, cell: ({ kind }) => kindWords[kind].label },
  { id: 'match', header: 'Compared', wide: true, cell: (rule) => <Compared rule={rule} /> },
  { id: 'none', header: 'Nobody fits', wide: true, cell: ({ whenNone }) => whenNoneWords[whenNone] },
  { id: 'one', header: 'One fits', wide: true, cell: ({ whenOne }) => whenOneWords[whenOne] },
  { id: 'many', header: 'Several fit', wide: true, cell: () => <span className="none">Suggest</span> },
  {
    id: 'active',
    header: 'State',
    cell: ({ isActive }) => <Status label={isActive ? 'Active' : 'Off'} colour={isActive ? 'green' : 'gray'} />,
  },
  { id: 'actions', header: 'Actions', align: 'right', cell: (rule) => <Actions rule={rule} /> },
]

const allTypes = '*'

/** On small screens with what the columns say that are left out there. */
function ChannelKind({ rule }: { rule: LinkRule }) {
  const { channelType: type, kind, whenNone, whenOne } = rule
  const { data } = useQuery(connectorsQuery)
  const label = data?.find((connector) => connector.type === type)?.label ?? type
  return (
    <>
      {type === allTypes ? <b>All others</b> : <ChannelName type={type} name={label} />}
      <small className="narrow-only rule-gist">
        {kindWords[kind].label}. {comparedWords(rule)}. Nobody: {whenNoneWords[whenNone].toLowerCase()}. One:{' '}
        {whenOneWords[whenOne].toLowerCase()}. Several: suggest.
      </small>
    </>
  )
}

const comparedWords = ({ matchOn, externalIdSystem }: LinkRule) =>
  matchOn.map((field) => matchFieldWords[field] + (idFields.includes(field) ? ` (${externalIdSystem ?? 'no system is set'})` : '')).join(', ')

function Compared({ rule }: { rule: LinkRule }) {
  const words = comparedWords(rule)
  return (
    <span className="cut" title={words}>
      {words}
    </span>
  )
}

/** What to do when nobody, one or several individuals fit whoever writes. */
export function LinkRulesPage() {
  const query = useQuery(linkRulesQuery)
  const [adding, setAdding] = useState(false)
  return (
    <>
      <PageHead title="Link rules">
        <GuardedButton role="admin" leftSection={<IconPlus size={15} />} onClick={() => setAdding(true)}>
          Add rule
        </GuardedButton>
      </PageHead>
      <Text size="sm" c="dimmed" mb="md" maw={720}>
        Whoever writes for the first time is compared with your contacts. Of several who fit, nobody is ever linked by a rule: they are
        suggested, and so is whoever fits by a shared number. A channel’s own rule goes before the one for all others.
      </Text>
      <Stack gap="md">
        <Paper withBorder className="list">
          <Loaded query={query}>
            {(rules) =>
              rules.length === 0 ? (
                <EmptyState icon={<IconLink size={24} />} title="No link rules">
                  Nobody is linked by itself. Add a rule, try it on everybody, and apply it when its counts are as you expect.
                </EmptyState>
              ) : (
                <DataTable
                  label="Link rules"
                  columns={columns}
                  rows={rules.map((rule) => ({ ...rule, id: `${rule.channelType} ${rule.kind}` }))}
                />
              )
            }
          </Loaded>
        </Paper>
        <LinkRuns />
      </Stack>
      {adding && <LinkRuleForm onClose={() => setAdding(false)} />}
    </>
  )
}

function Actions({ rule }: { rule: LinkRule }) {
  const [dialog, setDialog] = useState<'edit' | 'remove'>()
  const client = useQueryClient()
  if (!useMay('admin')) return null
  const close = () => setDialog(undefined)
  const name = `the rule for ${kindWords[rule.kind].label.toLowerCase()} on ${rule.channelType === allTypes ? 'all others' : rule.channelType}`
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      <Button variant="subtle" size="compact-xs" onClick={() => setDialog('edit')} aria-label={`Edit ${name}`}>
        Edit
      </Button>
      <Button
        variant="subtle"
        color="red.9"
        size="compact-xs"
        className="danger"
        onClick={() => setDialog('remove')}
        aria-label={`Remove ${name}`}
      >
        Remove
      </Button>
      {dialog === 'edit' && <LinkRuleForm rule={rule} onClose={close} />}
      <Confirm
        opened={dialog === 'remove'}
        onClose={close}
        title="Remove the rule?"
        action="Remove rule"
        onConfirm={async () => {
          await remove(`/api/v1/link-rules/${encodeURIComponent(rule.channelType)}/${rule.kind}`)
          await client.invalidateQueries({ queryKey: ['link-rules'] })
        }}
      >
        The links it made stay. Whoever writes from now on is not compared by it any more.
      </Confirm>
    </Group>
  )
}
