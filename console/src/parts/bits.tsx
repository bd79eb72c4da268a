import type { ReactNode } from 'react'
import { ActionIcon, Avatar, Code, CopyButton, Group, Paper, Title, Tooltip } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconCheck, IconCopy, IconMessage } from '@tabler/icons-react'
import { connectorsQuery } from '../api/queries.ts'
import { formatExact, formatRelative, initials, useNow } from './format.ts'

/** A coloured dot and a word: the word carries the meaning, the dot helps to scan. */
export function Status({ label, colour }: { label: string; colour: string }) {
  return (
    <span className="status">
      <i style={{ background: `var(--mantine-color-${colour}-6)` }} aria-hidden />
      {label}
    </span>
  )
}

/** A time in words, exact on hover. */
export function Ago({ at }: { at: string | null }) {
  const now = useNow()
  if (!at) return <span className="none">–</span>
  return (
    <time dateTime={at} title={formatExact(at)}>
      {formatRelative(at, now)}
    </time>
  )
}

/** The platform's icon in the colour of the text. Used as a mask, so that nothing in the SVG can run. */
export function ConnectorIcon({ type, size = 18 }: { type: string; size?: number }) {
  const { data } = useQuery(connectorsQuery)
  const icon = data?.find((connector) => connector.type === type)?.icon
  if (!icon) return <IconMessage size={size} aria-hidden className="connector-icon" />
  const maskImage = `url("data:image/svg+xml,${encodeURIComponent(icon)}")`
  return <span className="connector-icon mask" style={{ width: size, height: size, maskImage }} aria-hidden />
}

export function ChannelName({ type, name }: { type: string; name: string }) {
  return (
    <span className="channel-name">
      <ConnectorIcon type={type} />
      <span dir="auto" title={name}>
        {name}
      </span>
    </span>
  )
}

const avatarColours = ['muster', 'blue', 'violet', 'grape', 'pink', 'orange', 'cyan', 'indigo']

/** Picture, else initials. The colour follows from `id`, so that a person keeps theirs when renamed. */
export function UserAvatar({
  user,
  size = 26,
}: {
  user: { id: string; name: string; profilePictureUrl: string | null }
  size?: number
}) {
  const colour =
    avatarColours[Array.from(user.id).reduce((sum, letter) => sum + letter.codePointAt(0)!, 0) % avatarColours.length]!
  return (
    <Avatar
      src={user.profilePictureUrl}
      alt=""
      size={size}
      radius="xl"
      color={colour}
      className="avatar"
      imageProps={{ referrerPolicy: 'no-referrer', loading: 'lazy' }}
      aria-hidden
    >
      {initials(user.name)}
    </Avatar>
  )
}

export function Copy({ value, label }: { value: string; label: string }) {
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : `Copy ${label}`}>
          <ActionIcon variant="subtle" color="gray" size="sm" onClick={copy} aria-label={copied ? 'Copied' : `Copy ${label}`}>
            {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  )
}

/** A value to take elsewhere: an address, a key. */
export function CopyField({ value, label }: { value: string; label: string }) {
  return (
    <Group gap={6} wrap="nowrap" className="copy-field">
      <Code className="copy-value">{value}</Code>
      <Copy value={value} label={label} />
    </Group>
  )
}

/** One block of a page under a heading. */
export function Section(props: { title: string; action?: ReactNode; children: ReactNode; id?: string }) {
  return (
    <Paper withBorder component="section" aria-label={props.title} id={props.id} className="section">
      <Group justify="space-between" px="md" py="xs" className="section-head" mih={44}>
        <Title order={2}>{props.title}</Title>
        {props.action}
      </Group>
      {props.children}
    </Paper>
  )
}

export function PageHead(props: { title: ReactNode; children?: ReactNode; back?: ReactNode }) {
  return (
    <header className="page-head">
      {props.back}
      <Group justify="space-between" gap="sm" wrap="wrap">
        <Title order={1}>{props.title}</Title>
        {props.children && <Group gap="xs">{props.children}</Group>}
      </Group>
    </header>
  )
}
