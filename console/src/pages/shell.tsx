import { useEffect, type ReactNode } from 'react'
import { AppShell, Burger, Group, Menu, NavLink, Text, Tooltip, useMantineColorScheme, VisuallyHidden } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import {
  IconAddressBook,
  IconArrowsJoin2,
  IconBook,
  IconBroadcast,
  IconBuilding,
  IconChecklist,
  IconDeviceDesktop,
  IconFileImport,
  IconKey,
  IconLink,
  IconLogout,
  IconMessages,
  IconMoon,
  IconSelector,
  IconSun,
  IconTargetArrow,
  IconUserShield,
  IconUsers,
} from '@tabler/icons-react'
import { post, type Page } from '../api/client.ts'
import { startLive, useLiveState } from '../api/live.ts'
import { consentReviewsQuery, meQuery } from '../api/queries.ts'
import { linkSuggestionsQuery } from '../api/record-queries.ts'
import { UserAvatar } from '../parts/bits.tsx'
import { roleWords } from '../parts/words.ts'
import { Logo } from './logo.tsx'

const places = [
  { to: '/messaging-users', label: 'Messaging users', icon: IconUsers },
  { to: '/contacts', label: 'Contacts', icon: IconAddressBook },
  { to: '/accounts', label: 'Accounts', icon: IconBuilding },
  { to: '/sessions', label: 'Sessions', icon: IconMessages },
  { to: '/consent-reviews', label: 'Consent reviews', icon: IconChecklist },
  { to: '/link-suggestions', label: 'Link suggestions', icon: IconArrowsJoin2 },
  { to: '/imports', label: 'Imports', icon: IconFileImport },
  { to: '/channels', label: 'Channels', icon: IconBroadcast },
] as const
const settings = [
  { to: '/settings/purposes', label: 'Purposes', icon: IconTargetArrow },
  { to: '/settings/link-rules', label: 'Link rules', icon: IconLink },
  { to: '/settings/api-keys', label: 'API keys', icon: IconKey },
  { to: '/settings/operators', label: 'Operators', icon: IconUserShield },
] as const

/** What surrounds every page of a signed-in operator. */
export function Shell() {
  const client = useQueryClient()
  const [menuOpen, menu] = useDisclosure(false)
  useEffect(() => startLive(client), [client])
  useEffect(() => {
    document.addEventListener('keydown', focusSearch)
    return () => document.removeEventListener('keydown', focusSearch)
  }, [])
  return (
    <AppShell
      header={{ height: { base: 48, sm: 0 } }}
      navbar={{ width: 236, breakpoint: 'sm', collapsed: { mobile: !menuOpen } }}
      padding={0}
    >
      <a href="#content" className="skip-link">
        Skip to content
      </a>
      <AppShell.Header hiddenFrom="sm" px="md">
        <Group h="100%" justify="space-between">
          <Group gap="xs">
            <Burger opened={menuOpen} onClick={menu.toggle} size="sm" aria-label="Navigation" />
            <Logo />
          </Group>
          <LiveMark />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" component="nav" aria-label="Main" className="nav">
        <Navigation onFollow={menu.close} />
      </AppShell.Navbar>
      <AppShell.Main>
        <div id="content" tabIndex={-1} className="content">
          <LostNotice />
          <Outlet />
        </div>
      </AppShell.Main>
    </AppShell>
  )
}

function focusSearch(event: KeyboardEvent) {
  const target = event.target as HTMLElement
  if (
    event.key !== '/' ||
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    target.closest('input, textarea, select, [contenteditable]')
  )
    return
  const search = document.querySelector<HTMLInputElement>('[data-search]')
  if (!search) return
  event.preventDefault()
  search.focus()
  search.select()
}

function Navigation({ onFollow }: { onFollow: () => void }) {
  return (
    <>
      <Group justify="space-between" px={8} h={40} visibleFrom="sm">
        <Logo />
        <LiveMark />
      </Group>
      <AppShell.Section grow mt={8}>
        {places.map((place) => (
          <Place key={place.to} {...place} onFollow={onFollow} />
        ))}
        <Text size="xs" c="dimmed" fw={600} px={10} pt="md" pb={4}>
          Settings
        </Text>
        {settings.map((place) => (
          <Place key={place.to} {...place} onFollow={onFollow} />
        ))}
        <NavLink href="/docs" label="API reference" leftSection={<IconBook size={17} stroke={1.7} />} className="nav-link" />
      </AppShell.Section>
      <AppShell.Section>
        <OperatorMenu />
      </AppShell.Section>
    </>
  )
}

type Destination = (typeof places)[number] | (typeof settings)[number]

function Place({ to, label, icon: Icon, onFollow }: Destination & { onFollow: () => void }) {
  const active = useLocation({ select: ({ pathname }) => pathname.startsWith(to) })
  return (
    <NavLink
      renderRoot={(props) => <Link to={to} {...props} />}
      label={label}
      leftSection={<Icon size={17} stroke={1.7} />}
      rightSection={queues[to]}
      active={active}
      aria-current={active ? 'page' : undefined}
      onClick={onFollow}
      className="nav-link"
    />
  )
}

const queues: Partial<Record<Destination['to'], ReactNode>> = { '/consent-reviews': <OpenReviews />, '/link-suggestions': <OpenSuggestions /> }

function OpenReviews() {
  return <Open page={useInfiniteQuery(consentReviewsQuery(true)).data?.pages[0]} />
}

function OpenSuggestions() {
  return <Open quiet page={useInfiniteQuery(linkSuggestionsQuery(true)).data?.pages[0]} />
}

/** How many wait to be decided. `quiet`: nobody is waiting for it. */
function Open({ page, quiet }: { page: Page<unknown> | undefined; quiet?: true }) {
  if (!page || page.items.length === 0) return null
  return (
    <span className="count" data-quiet={quiet}>
      {page.items.length}
      {page.nextCursor && '+'}
      <VisuallyHidden> open</VisuallyHidden>
    </span>
  )
}

function LiveMark() {
  const state = useLiveState()
  const words = { live: 'Live: changes appear by themselves', connecting: 'Connecting…', lost: 'Connection lost, trying again' }
  return (
    <Tooltip label={words[state]}>
      <span className="live-mark" data-state={state} role="img" aria-label={words[state]} />
    </Tooltip>
  )
}

function LostNotice() {
  if (useLiveState() !== 'lost') return null
  return (
    <div className="lost-notice" role="status">
      The live connection is lost. What you see may be out of date; Muster keeps trying.
    </div>
  )
}

const schemes = [
  { value: 'light', label: 'Light', icon: IconSun },
  { value: 'dark', label: 'Dark', icon: IconMoon },
  { value: 'auto', label: 'Like the system', icon: IconDeviceDesktop },
] as const

function OperatorMenu() {
  const { data: me } = useQuery(meQuery)
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const client = useQueryClient()
  const navigate = useNavigate()
  async function signOut() {
    await post('/api/auth/sign-out').catch(() => undefined)
    client.clear()
    sessionStorage.clear()
    await navigate({ to: '/sign-in' })
  }
  if (!me) return null
  return (
    <Menu position="top-start" width={200} shadow="md">
      <Menu.Target>
        <button type="button" className="operator">
          <UserAvatar user={{ ...me, profilePictureUrl: null }} size={28} />
          <span className="operator-name">
            <b dir="auto">{me.name}</b>
            <small>{roleWords[me.role].label}</small>
          </span>
          <IconSelector size={15} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Appearance</Menu.Label>
        <Menu.RadioGroup value={colorScheme} onChange={(value: string) => setColorScheme(value as typeof colorScheme)}>
          {schemes.map(({ value, label, icon: Icon }) => (
            <Menu.RadioItem key={value} value={value} rightSection={<Icon size={15} />}>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={signOut}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
