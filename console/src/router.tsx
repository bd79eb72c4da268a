import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, createRouter, Outlet, redirect } from '@tanstack/react-router'
import { ApiError } from './api/client.ts'
import { meQuery } from './api/queries.ts'
import { AddChannelPage } from './pages/channel-add.tsx'
import { AccountPage } from './pages/account.tsx'
import { AccountsPage } from './pages/accounts.tsx'
import { ChannelPage } from './pages/channel.tsx'
import { readChannelSearch } from './pages/channel-tabs.ts'
import { ChannelsPage } from './pages/channels.tsx'
import { ConsentReviewsPage } from './pages/consent-reviews.tsx'
import { readContactFilter } from './pages/contact-filter.ts'
import { ContactPage } from './pages/contact.tsx'
import { ContactsPage } from './pages/contacts.tsx'
import { DuplicatesPage } from './pages/duplicates.tsx'
import { NewImportPage } from './pages/import-new.tsx'
import { ImportPage } from './pages/import.tsx'
import { ImportsPage } from './pages/imports.tsx'
import { LinkRulesPage } from './pages/link-rules.tsx'
import { LinkSuggestionsPage } from './pages/link-suggestions.tsx'
import { readUserFilter } from './pages/messaging-user-filter.ts'
import { MessagingUserPage } from './pages/messaging-user.tsx'
import { MessagingUsersPage } from './pages/messaging-users.tsx'
import { readSessionFilter } from './pages/session-filter.ts'
import { SessionsPage } from './pages/sessions.tsx'
import { ApiKeysPage } from './pages/api-keys.tsx'
import { OperatorsPage } from './pages/operators.tsx'
import { PurposesPage } from './pages/purpose-list.tsx'
import { SetupPage } from './pages/setup.tsx'
import { Shell } from './pages/shell.tsx'
import { SignInPage } from './pages/sign-in.tsx'
import { ErrorState, Skeletons } from './parts/states.tsx'

const root = createRootRouteWithContext<{ client: QueryClient }>()({
  component: Outlet,
  notFoundComponent: () => (
    <main>
      <ErrorState isPage error={new ApiError(404, 'not_found', 'There is no such page.')} />
    </main>
  ),
})

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { next?: string; error?: string } => ({
    next: text(search.next),
    error: text(search.error),
  }),
  component: SignInPage,
})

const setup = createRoute({ getParentRoute: () => root, path: '/setup', component: SetupPage })

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ context, location }) => {
    const me = await context.client.ensureQueryData(meQuery).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 401) throw redirect({ to: '/sign-in', search: { next: location.href } })
      throw error
    })
    if (me.needsSetup) throw redirect({ to: '/setup' })
  },
  component: Shell,
})

const page = { getParentRoute: () => signedIn }
const home = createRoute({
  ...page,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/messaging-users' })
  },
})
const users = createRoute({ ...page, path: '/messaging-users', validateSearch: readUserFilter, component: MessagingUsersPage })
const user = createRoute({
  ...page,
  path: '/messaging-users/$userId',
  validateSearch: (search: Record<string, unknown>): { session?: string; message?: string; view?: 'ledger'; line?: string } => ({
    session: text(search.session),
    message: text(search.message),
    view: search.view === 'ledger' ? 'ledger' : undefined,
    line: text(search.line),
  }),
  component: MessagingUserPage,
})
const sessions = createRoute({ ...page, path: '/sessions', validateSearch: readSessionFilter, component: SessionsPage })
const contacts = createRoute({ ...page, path: '/contacts', validateSearch: readContactFilter, component: ContactsPage })
const contact = createRoute({ ...page, path: '/contacts/$contactId', component: ContactPage })
const duplicates = createRoute({
  ...page,
  path: '/contacts/duplicates',
  validateSearch: (search: Record<string, unknown>): { object?: 'account' } => ({ object: search.object === 'account' ? 'account' : undefined }),
  component: DuplicatesPage,
})
const accounts = createRoute({
  ...page,
  path: '/accounts',
  validateSearch: (search: Record<string, unknown>): { q?: string } => ({ q: text(search.q)?.slice(0, 200) }),
  component: AccountsPage,
})
const account = createRoute({ ...page, path: '/accounts/$accountId', component: AccountPage })
const readDecided = (search: Record<string, unknown>): { decided?: true } => ({ decided: search.decided === true || undefined })
const reviews = createRoute({ ...page, path: '/consent-reviews', validateSearch: readDecided, component: ConsentReviewsPage })
const suggestions = createRoute({ ...page, path: '/link-suggestions', validateSearch: readDecided, component: LinkSuggestionsPage })
const imports = createRoute({ ...page, path: '/imports', component: ImportsPage })
const newImport = createRoute({ ...page, path: '/imports/new', component: NewImportPage })
const importRoute = createRoute({ ...page, path: '/imports/$importId', component: ImportPage })
const channels = createRoute({ ...page, path: '/channels', component: ChannelsPage })
const addChannel = createRoute({
  ...page,
  path: '/channels/new',
  validateSearch: (search: Record<string, unknown>): { type?: string } => ({ type: text(search.type) }),
  component: AddChannelPage,
})
const channel = createRoute({ ...page, path: '/channels/$channelId', validateSearch: readChannelSearch, component: ChannelPage })
const apiKeys = createRoute({ ...page, path: '/settings/api-keys', component: ApiKeysPage })
const purposes = createRoute({ ...page, path: '/settings/purposes', component: PurposesPage })
const linkRules = createRoute({ ...page, path: '/settings/link-rules', component: LinkRulesPage })
const operators = createRoute({ ...page, path: '/settings/operators', component: OperatorsPage })

const routeTree = root.addChildren([
  signIn,
  setup,
  signedIn.addChildren([
    home, users, user, contacts, duplicates, contact, accounts, account, sessions, reviews, suggestions, imports, newImport, importRoute, channels, addChannel, channel,
    purposes, linkRules, apiKeys, operators,
  ]),
])

export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree,
    context: { client },
    defaultPreload: false,
    scrollRestoration: true,
    defaultPendingComponent: () => <Skeletons />,
    defaultErrorComponent: ({ error, reset }) => <ErrorState isPage error={error as Error} retry={reset} />,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}
