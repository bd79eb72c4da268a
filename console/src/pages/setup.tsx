import { useState } from 'react'
import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { Setup } from '../../../src/contract/access.ts'
import { post } from '../api/client.ts'
import { meQuery } from '../api/queries.ts'
import { placeErrors } from '../parts/form-errors.ts'
import { DoorPage } from './sign-in.tsx'

const initialValues: Setup = { name: '', email: '', password: '' }

export function SetupPage() {
  const { data: me } = useQuery(meQuery)
  if (!me) return null
  return (
    <DoorPage title="Welcome to Muster" lead="Choose how you will sign in from now on. You are the first admin.">
      {me.needsSetup ? (
        <SetupForm />
      ) : (
        <Button component="a" href="/">
          This is done. Open Muster
        </Button>
      )}
    </DoorPage>
  )
}

function SetupForm() {
  const navigate = useNavigate()
  const client = useQueryClient()
  const [problem, setProblem] = useState<string>()
  const form = useForm({
    initialValues,
    validate: {
      name: (value) => (value.trim() ? null : 'Enter your name'),
      email: (value) => (value.includes('@') ? null : 'Enter an e-mail address'),
      password: (value) => (value.length >= 10 ? null : 'At least 10 characters'),
    },
  })
  const submit = form.onSubmit(async (values) => {
    setProblem(undefined)
    try {
      await post('/api/v1/setup', values)
      client.clear()
      await navigate({ to: '/' })
    } catch (error) {
      setProblem(placeErrors(form, error, Object.keys(initialValues)))
    }
  })
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {problem && (
          <Alert color="red" variant="light" role="alert" className="alert">
            {problem}
          </Alert>
        )}
        <TextInput label="Your name" autoComplete="name" autoFocus {...form.getInputProps('name')} />
        <TextInput label="E-mail" type="email" autoComplete="username" {...form.getInputProps('email')} />
        <PasswordInput
          label="Password"
          description="At least 10 characters"
          autoComplete="new-password"
          {...form.getInputProps('password')}
        />
        <Button type="submit" loading={form.submitting}>
          Start
        </Button>
      </Stack>
    </form>
  )
}
