import { useState } from 'react'
import { Button, Group, Modal, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import type { Account, AccountCreate } from '../../../src/contract/individuals.ts'
import { patch, post } from '../api/client.ts'
import { accountQuery } from '../api/record-queries.ts'
import { attributeRows, changedAttributes } from '../parts/attribute-rows.ts'
import { placeErrors } from '../parts/form-errors.ts'
import { Problem } from '../parts/problem.tsx'
import { DetailRows, rowFields } from '../parts/repeated.tsx'

const valuesOf = (account?: Account) => ({
  name: account?.name ?? '',
  website: account?.website ?? '',
  isoCountryCode: account?.isoCountryCode ?? '',
  externalIds: account?.externalIds ?? [],
  attributes: attributeRows(account?.attributes ?? {}),
})
type Values = ReturnType<typeof valuesOf>

const bodyOf = ({ name, website, isoCountryCode, externalIds, attributes }: Values, before?: Account): AccountCreate => ({
  name: name.trim(),
  website: website.trim() || null,
  isoCountryCode: isoCountryCode.trim().toUpperCase() || null,
  externalIds: externalIds.map(({ system, externalId }) => ({ system: system.trim(), externalId: externalId.trim() })),
  attributes: changedAttributes(before?.attributes ?? {}, attributes),
})

interface AccountFormProps {
  /** Changed; without one, an account is added. */
  account?: Account
  onClose: () => void
  onSaved?: (account: Account) => void
}

export function AccountForm({ account, onClose, onSaved }: AccountFormProps) {
  const [problem, setProblem] = useState<string>()
  const client = useQueryClient()
  const form = useForm({
    initialValues: valuesOf(account),
    validate: { name: (value) => (value.trim() ? null : 'A name is needed') },
  })
  const submit = form.onSubmit(async (values) => {
    setProblem(undefined)
    try {
      const saved = account
        ? await patch<Account>(`/api/v1/accounts/${account.id}`, bodyOf(values, account))
        : await post<Account>('/api/v1/accounts', bodyOf(values))
      client.setQueryData(accountQuery(saved.id).queryKey, saved)
      void client.invalidateQueries({ queryKey: ['list', 'accounts'] })
      onClose()
      onSaved?.(saved)
    } catch (error) {
      setProblem(placeErrors(form, error, [...Object.keys(values), ...rowFields(values)]))
    }
  })
  return (
    <Modal opened onClose={onClose} title={account ? `Edit ${account.name}` : 'Add an account'} size="lg">
      <form onSubmit={submit} noValidate>
        <Stack>
          <TextInput label="Name" required maxLength={255} dir="auto" data-autofocus {...form.getInputProps('name')} />
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput label="Website" type="url" placeholder="https://" maxLength={2048} {...form.getInputProps('website')} />
            <TextInput
              label="Country"
              placeholder="Two letters, such as IT"
              maxLength={2}
              spellCheck={false}
              {...form.getInputProps('isoCountryCode')}
            />
          </SimpleGrid>
          <DetailRows form={form} />
          {problem && <Problem>{problem}</Problem>}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" size="sm" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" size="sm" loading={form.submitting}>
              {account ? 'Save' : 'Add account'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
