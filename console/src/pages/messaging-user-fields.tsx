import type { ReactNode } from 'react'
import { Badge, Table } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { HistoryEntry, MessagingUser } from '../../../src/contract/messaging-users.ts'
import { userAliasesQuery, userHistoryQuery } from '../api/queries.ts'
import { Ago, ChannelName, Copy, Section, Status } from '../parts/bits.tsx'
import { countryName, formatDateTime, languageName } from '../parts/format.ts'
import { RecordLink } from '../parts/record-link.tsx'
import { Loaded, Skeletons } from '../parts/states.tsx'
import { consentWords, nameSourceWords } from '../parts/words.ts'

interface Field {
  label: string
  value: ReactNode
  /** Name in the history, for fields that change. */
  field?: keyof MessagingUser
}

/** Every field of the record, in the order and words of the list of messaging user fields. */
function fieldsOf(user: MessagingUser): Field[] {
  return [
    { label: 'Messaging User Name', value: <bdi>{user.name}</bdi>, field: 'name' },
    { label: 'Messaging Channel', value: <ChannelName type={user.channelType} name={user.channelName} /> },
    { label: 'Message Type', value: user.messageType },
    { label: 'Messaging Platform Key', value: <Key value={user.platformKey} label="platform key" /> },
    { label: 'External ID', value: user.externalId && <bdi>{user.externalId}</bdi>, field: 'externalId' },
    {
      label: 'Messaging Consent Status',
      value: <Status {...consentWords[user.consentStatus ?? 'none']} />,
      field: 'consentStatus',
    },
    { label: 'Opted In', value: yesNo(user.isFullyOptedIn) },
    { label: 'Language', value: user.language && languageName(user.language), field: 'language' },
    { label: 'Locale', value: user.locale, field: 'locale' },
    { label: 'ISO Country Code', value: user.isoCountryCode && countryName(user.isoCountryCode), field: 'isoCountryCode' },
    {
      label: 'Profile Picture URL',
      value: user.profilePictureUrl && (
        <a href={user.profilePictureUrl} target="_blank" rel="noreferrer">
          Open the picture
        </a>
      ),
      field: 'profilePictureUrl',
    },
    { label: 'Has Initial Response Been Sent', value: yesNo(user.hasInitialResponseSent) },
    { label: 'Contact', value: recordOf(user.contactId), field: 'contactId' },
    { label: 'Account', value: recordOf(user.accountId), field: 'accountId' },
    { label: 'Lead', value: recordOf(user.leadId), field: 'leadId' },
    { label: 'Employee', value: recordOf(user.employeeId), field: 'employeeId' },
    { label: 'Person Account', value: recordOf(user.personAccountId), field: 'personAccountId' },
    { label: 'Owner', value: user.ownerId, field: 'ownerId' },
    { label: 'Shared Address', value: yesNo(user.isShared), field: 'isShared' },
    { label: 'Blocked', value: yesNo(user.blocked) },
    { label: 'First message', value: user.firstMessageAt && formatDateTime(user.firstMessageAt) },
    { label: 'Last message', value: user.lastMessageAt && formatDateTime(user.lastMessageAt) },
    { label: 'Created', value: formatDateTime(user.createdAt) },
    { label: 'Last changed', value: formatDateTime(user.updatedAt) },
    { label: 'ID', value: <Key value={user.id} label="ID" /> },
  ]
}

const recordOf = (id: string | null) => id && <RecordLink id={id} className="mono wrap-any">{id}</RecordLink>
const yesNo = (yes: boolean) => (yes ? 'Yes' : 'No')

function Key({ value, label }: { value: string; label: string }) {
  return (
    <span className="key">
      <bdi className="mono wrap-any">{value}</bdi>
      <Copy value={value} label={label} />
    </span>
  )
}

/** What the platform says of a person, as long as nobody changed it. */
const platformFields = new Set<Field['field']>(['externalId', 'language', 'locale', 'isoCountryCode', 'profilePictureUrl'])

/** Who the value comes from, where that is known. */
function sourceOf(user: MessagingUser, { field }: Field, history: HistoryEntry[]): string | undefined {
  const last = history.find((entry) => entry.field === field)
  if (last?.actor && last.source !== 'platform') return `set by ${last.actor}`
  if (field === 'name') return nameSourceWords[user.nameSource]
  if (last?.source === 'system') return 'set by Muster'
  return last || platformFields.has(field) ? 'from the platform' : undefined
}

export function UserFields({ user }: { user: MessagingUser }) {
  const { data } = useInfiniteQuery(userHistoryQuery(user.id))
  const history = data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Section title="Fields">
      <dl className="fields">
        {fieldsOf(user).map((field) => (
          <div key={field.label}>
            <dt>{field.label}</dt>
            <dd>
              {field.value || <span className="none">–</span>}
              {field.value && <Source text={sourceOf(user, field, history)} />}
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}

function Source({ text }: { text: string | undefined }) {
  return text ? <small className="source">{text}</small> : null
}

export function UserAliases({ userId }: { userId: string }) {
  const query = useQuery(userAliasesQuery(userId))
  return (
    <Section title="Identifiers">
      <Loaded query={query} skeleton={<Skeletons rows={2} />}>
        {(aliases) => (
          <Table.ScrollContainer minWidth={0} type="native">
            <Table className="data-table compact" aria-label="Identifiers">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Identifier</Table.Th>
                  <Table.Th>Since</Table.Th>
                  <Table.Th>Until</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {aliases.map((alias) => (
                  <Table.Tr key={`${alias.kind} ${alias.key} ${alias.since}`} className={alias.until ? 'past' : undefined}>
                    <Table.Td className="wide-cell">
                      <Key value={alias.key} label="identifier" />
                      {alias.isPlatformKey && (
                        <Badge size="xs" variant="default" ml={6}>
                          Platform key
                        </Badge>
                      )}
                      <small className="source">
                        <span className="mono">{alias.kind}</span> · {alias.evidence}
                      </small>
                    </Table.Td>
                    <Table.Td>
                      <Ago at={alias.since} />
                    </Table.Td>
                    <Table.Td>{alias.until ? <Ago at={alias.until} /> : 'now'}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Loaded>
    </Section>
  )
}
