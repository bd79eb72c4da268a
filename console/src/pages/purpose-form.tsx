import { useState } from 'react'
import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import type { Purpose } from '../../../src/contract/consent.ts'
import { patch, post } from '../api/client.ts'
import { placeErrors } from '../parts/form-errors.ts'
import { Problem } from '../parts/problem.tsx'
import { consentTypeWords, minimumConsentLabel, optionsOf } from '../parts/words.ts'

const asChannel = 'channel'
const levels = [{ value: asChannel, label: minimumConsentLabel(null) }, ...optionsOf(consentTypeWords)]

/** Adds a purpose, or changes the one given. */
export function PurposeForm({ purpose, onClose }: { purpose?: Purpose; onClose: () => void }) {
  const [problem, setProblem] = useState<string>()
  const client = useQueryClient()
  const form = useForm({
    initialValues: { key: purpose?.key ?? '', label: purpose?.label ?? '', level: purpose?.minimumConsent ?? asChannel },
    validate: {
      key: (value) => (/^[a-z][a-z0-9-]{0,39}$/.test(value) ? null : 'Small letters, digits and hyphens, a letter first'),
      label: (value) => (value.trim() ? null : 'A name is needed'),
    },
  })
  const submit = form.onSubmit(async ({ key, level, ...values }) => {
    setProblem(undefined)
    const minimumConsent = level === asChannel ? null : (level as Purpose['minimumConsent'])
    const change = { label: values.label.trim(), minimumConsent }
    try {
      if (purpose) await patch<Purpose>(`/api/v1/purposes/${purpose.key}`, change)
      else await post<Purpose>('/api/v1/purposes', { key, ...change })
      await client.invalidateQueries({ queryKey: ['purposes'] })
      onClose()
    } catch (error) {
      setProblem(placeErrors(form, error, ['key', 'label']))
    }
  })
  return (
    <Modal opened onClose={onClose} title={purpose ? `Edit ${purpose.label}` : 'Add a purpose'}>
      <form onSubmit={submit} noValidate>
        <Stack>
          {problem && <Problem>{problem}</Problem>}
          <TextInput label="Name" maxLength={80} autoComplete="off" data-autofocus {...form.getInputProps('label')} />
          <TextInput
            label="Key"
            description={purpose ? 'The key never changes' : 'What programs call it, such as appointment-reminders'}
            maxLength={40}
            autoComplete="off"
            spellCheck={false}
            disabled={purpose !== undefined}
            {...form.getInputProps('key')}
          />
          <Select
            label="Minimum consent"
            description="Never less than the channel asks for"
            data={levels}
            allowDeselect={false}
            {...form.getInputProps('level')}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" size="sm" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" size="sm" loading={form.submitting}>
              {purpose ? 'Save' : 'Add purpose'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
