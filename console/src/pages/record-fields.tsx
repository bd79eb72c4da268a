import type { ReactNode } from 'react'
import { Badge } from '@mantine/core'
import type { Account, Individual } from '../../../src/contract/individuals.ts'
import { Copy, Section } from '../parts/bits.tsx'
import { countryName, formatDateTime, languageName } from '../parts/format.ts'

type Row = [label: string, value: ReactNode]

const show = (value: string | number | boolean | null) => (typeof value === 'boolean' ? (value ? 'Yes' : 'No') : value)

/** What is noted about an individual or account. */
export function RecordFields({ record }: { record: Individual | Account }) {
  const rows: Row[] = [
    ...('phones' in record ? reachedAt(record) : []),
    ...('language' in record ? [['Language', record.language && languageName(record.language)] as Row] : []),
    ['Country', record.isoCountryCode && countryName(record.isoCountryCode)],
    ...record.externalIds.map(({ system, externalId }): Row => [`Id in ${system}`, <Value key="value" text={externalId} label="id" />]),
    ...Object.entries(record.attributes).map(([name, value]): Row => [name, show(value)]),
    ['Created', formatDateTime(record.createdAt)],
    ['Last changed', formatDateTime(record.updatedAt)],
    ['ID', <Value key="id" text={record.id} label="ID" />],
  ]
  return (
    <Section title="Fields">
      <dl className="fields">
        {rows.map(([label, value], index) => (
          <div key={`${label} ${index}`}>
            <dt dir="auto">{label}</dt>
            <dd dir="auto">{value === null || value === '' ? <span className="none">–</span> : value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}

function reachedAt({ phones, emails }: Individual): Row[] {
  return [
    ...phones.map(({ number, label, isVerified, isShared }): Row => [
      label ?? 'Phone',
      <Value key="value" text={number} label="number">
        {isVerified && <Badge size="xs" variant="default">Verified</Badge>}
        {isShared && <Badge size="xs" variant="default">Shared</Badge>}
      </Value>,
    ]),
    ...emails.map(({ email, label, isVerified }): Row => [
      label ?? 'E-mail',
      <Value key="value" text={email} label="e-mail">
        {isVerified && <Badge size="xs" variant="default">Verified</Badge>}
      </Value>,
    ]),
  ]
}

function Value({ text, label, children }: { text: string; label: string; children?: ReactNode }) {
  return (
    <span className="key wraps">
      <bdi className="wrap-any">{text}</bdi>
      <Copy value={text} label={label} />
      {children}
    </span>
  )
}
