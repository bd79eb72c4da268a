import { useState, type ReactNode } from 'react'
import { Alert, Button, Center, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { ApiError, post } from '../api/client.ts'
import { Logo } from './logo.tsx'

export function DoorPage({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  return (
    <Center mih="100vh" p="md" component="main" className="door">
      <Paper withBorder p="xl" w="100%" maw={400} shadow="sm">
        <Stack gap="lg">
          <Stack gap={6}>
            <Logo />
            <Title order={1} mt="md">
              {title}
            </Title>
            <Text size="sm" c="dimmed">
              {lead}
            </Text>
          </Stack>
          {children}
        </Stack>
      </Paper>
    </Center>
  )
}

const usedUp = 'This one-time link is used up or too old. Until a password is chosen, each start of Muster prints a new one.'

function explain(error: unknown): string {
  if (!(error instanceof ApiError)) return 'Something went wrong. Try again.'
  if (error.status === 401 || error.status === 403) return 'E-mail or password is not right.'
  if (error.status === 429) return 'Too many attempts. Wait a minute and try again.'
  return error.message
}

export function SignInPage() {
  const { next, error: reason } = useSearch({ from: '/sign-in' })
  const router = useRouter()
  const client = useQueryClient()
  const [error, setError] = useState(reason === 'invalid_link' ? usedUp : undefined)
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: {
      email: (value) => (value.includes('@') ? null : 'Enter your e-mail address'),
      password: (value) => (value ? null : 'Enter your password'),
    },
  })
  const submit = form.onSubmit(async (values) => {
    setError(undefined)
    try {
      await post('/api/auth/sign-in/email', values)
      client.clear()
      // Only a path of this console: an address from outside could lead anywhere.
      router.history.push(next?.startsWith('/') && !next.startsWith('//') ? next : '/')
    } catch (cause) {
      setError(explain(cause))
    }
  })
  return (
    <DoorPage title="Sign in" lead="Muster keeps the record of the people who write to you.">
      <form onSubmit={submit} noValidate>
        <Stack>
          {error && (
            <Alert color="red" variant="light" role="alert" className="alert">
              {error}
            </Alert>
          )}
          <TextInput label="E-mail" type="email" autoComplete="username" autoFocus {...form.getInputProps('email')} />
          <PasswordInput label="Password" autoComplete="current-password" {...form.getInputProps('password')} />
          <Button type="submit" loading={form.submitting}>
            Sign in
          </Button>
        </Stack>
      </form>
    </DoorPage>
  )
}
