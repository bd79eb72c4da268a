import { useState } from 'react'
import { Alert, Button, Group, Modal, PasswordInput, Select, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { OperatorCreate } from '../../../src/contract/access.ts'
import { post } from '../api/client.ts'
import { placeErrors } from '../parts/form-errors.ts'
import { roleOptions } from './api-key-create.tsx'

const initialValues: OperatorCreate = { name: '', email: '', role: 'agent', password: '' }

export function AddOperator({ onClose, onAdded }: { onClose: () => void; onAdded: () => void }) {
  const [problem, setProblem] = useState<string>()
  const form = useForm({
    initialValues,
    validate: {
      name: (value) => (value.trim() ? null : 'A name is needed'),
      email: (value) => (value.includes('@') ? null : 'Enter an e-mail address'),
      password: (value) => (value.length >= 10 ? null : 'At least 10 characters'),
    },
  })
  const submit = form.onSubmit(async (values) => {
    setProblem(undefined)
    try {
      await post('/api/v1/operators', values)
      onAdded()
      onClose()
    } catch (error) {
      setProblem(placeErrors(form, error, Object.keys(initialValues)))
    }
  })
  return (
    <Modal opened onClose={onClose} title="Add an operator">
      <form onSubmit={submit} noValidate>
        <Stack>
          {problem && (
            <Alert color="red" variant="light" role="alert" className="alert">
              {problem}
            </Alert>
          )}
          <TextInput label="Name" maxLength={120} autoComplete="off" data-autofocus {...form.getInputProps('name')} />
          <TextInput label="E-mail" type="email" autoComplete="off" {...form.getInputProps('email')} />
          <Select label="Role" data={roleOptions} allowDeselect={false} {...form.getInputProps('role')} />
          <PasswordInput
            label="First password"
            description="At least 10 characters. Hand it over on a safe way."
            autoComplete="new-password"
            {...form.getInputProps('password')}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" size="sm" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" size="sm" loading={form.submitting}>
              Add operator
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
