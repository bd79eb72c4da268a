import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './styles.css'
import './records.css'
import './imports.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { ApiError } from './api/client.ts'
import { makeRouter } from './router.tsx'
import { cssVariables, theme } from './theme.ts'

/** Faults of the network are worth another try, refusals are not. */
const isTransient = (error: Error) => error instanceof ApiError && (error.status === 0 || error.status >= 500)

const client = new QueryClient({
  defaultOptions: { queries: { staleTime: 5000, retry: (failures, error) => failures < 2 && isTransient(error) } },
  queryCache: new QueryCache({
    onError: (error) => {
      if (error instanceof ApiError && error.status === 401) void signInAgain()
    },
  }),
})
const router = makeRouter(client)

/** The session ended meanwhile: back to the sign-in page, and from there to where the operator was. */
async function signInAgain() {
  if (router.state.location.pathname === '/sign-in') return
  client.removeQueries({ queryKey: ['me'] })
  await router.navigate({ to: '/sign-in', search: { next: router.state.location.href } })
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <Notifications position="bottom-right" />
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
