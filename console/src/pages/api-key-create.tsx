import { useState } from 'react'
import { Alert, Button, Checkbox, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { scopeWords, roleWords } from '../parts/words.ts'
import type { ApiKeyCreate, ApiKeyCreated, Role, Scope } from '../../../src/contract/access.ts'
import { post } from '../api/client.ts'
import { CopyField } from '../parts/bits.tsx'
import { placeErrors } from '../parts/form-errors.ts'

export const roleOptions = Object.entries(roleWords).map(([value, { label, means }]) => ({
  value,
  label: `${label}: ${means.toLowerCase()}`,
}))

export function CreateApiKey({ onClose, onCreated }: { onClose: () => void; onCreated: () => void }) {
  const [created, setCreated] = useState<ApiKeyCreated>()
  const keep = (key: ApiKeyCreated) => {
    setCreated(key)
    onCreated()
  }
  return (
    <Modal opened onClose={onClose} title={created ? 'The key is made' : 'Create an API key'} closeOnClickOutside={!created}>
      {created ? <NewKey created={created} onClose={onClose} /> : <KeyForm onCreated={keep} onClose={onClose} />}
    </Modal>
  )
}

function NewKey({ created, onClose }: { created: ApiKeyCreated; onClose: () => void }) {
  return (
    <Stack>
      <Text size="sm">
        Copy the key of <b>{created.name}</b> now. It is shown this once; Muster keeps only a hash of it.
      </Text>
      <CopyField value={created.key} label="key" />
      <Text size="sm" c="dimmed">
        Programs send it with every request as <code>Authorization: Bearer …</code>
      </Text>
      <Group justify="flex-end">
        <Button size="sm" onClick={onClose}>
          Done
        </Button>
      </Group>
    </Stack>
  )
}

function KeyForm({ onCreated, onClose }: { onCreated: (key: ApiKeyCreated) => void; onClose: () => void }) {
  const [problem, setProblem] = useState<string>()
  const form = useForm({
    initialValues: { name: '', role: 'viewer' as Role, scopes: [] as Scope[] },
    validate: { name: (value) => (value.trim() ? null : 'A name is needed') },
  })
  const submit = form.onSubmit(async ({ name, role, scopes }) => {
    setProblem(undefined)
    try {
      const body: ApiKeyCreate = { name: name.trim(), role, ...(scopes.length > 0 && { scopes }) }
      onCreated(await post<ApiKeyCreated>('/api/v1/api-keys', body))
    } catch (error) {
      setProblem(placeErrors(form, error, ['name', 'role', 'scopes']))
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
        <TextInput label="Name" description="What uses the key" maxLength={80} data-autofocus {...form.getInputProps('name')} />
        <Select label="Role" data={roleOptions} allowDeselect={false} {...form.getInputProps('role')} />
        <Checkbox.Group
          label="Scopes"
          description="With none chosen, the key may do all its role may"
          {...form.getInputProps('scopes')}
        >
          <Stack gap={8} mt="xs">
            {Object.entries(scopeWords).map(([scope, means]) => (
              <Checkbox key={scope} value={scope} label={means} size="xs" />
            ))}
          </Stack>
        </Checkbox.Group>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" size="sm" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" size="sm" loading={form.submitting}>
            Create key
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
