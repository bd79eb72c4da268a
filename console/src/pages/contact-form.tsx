import { useState } from 'react'
import { Button, Checkbox, Group, Modal, Select, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { useForm, type UseFormReturnType } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import type { Individual, IndividualCreate, IndividualKind } from '../../../src/contract/individuals.ts'
import { patch, post } from '../api/client.ts'
import { individualQuery } from '../api/record-queries.ts'
import { placeErrors } from '../parts/form-errors.ts'
import { Problem } from '../parts/problem.tsx'
import { AccountPicker } from '../parts/record-picker.tsx'
import { kindWords } from '../parts/record-words.ts'
import { DetailRows, Repeated, rowFields } from '../parts/repeated.tsx'
import { optionsOf } from '../parts/words.ts'
import { bodyOf, emptyContact, emptyEmail, emptyPhone, valuesOf, type ContactValues } from './contact-values.ts'

interface ContactFormProps {
  /** Changed; without one, an individual is added. */
  individual?: Individual
  kind?: IndividualKind
  /** What the form begins with. */
  known?: Partial<ContactValues>
  onClose: () => void
  onSaved: (individual: Individual) => unknown
}

/** Adds a contact, lead, employee or person account, or changes the one given. */
export function ContactForm({ individual, kind = 'contact', known, onClose, onSaved }: ContactFormProps) {
  const [problem, setProblem] = useState<string>()
  // As the form began with it: what is shown behind the form follows what others do.
  const [before] = useState(individual)
  const client = useQueryClient()
  const form = useForm<ContactValues>({
    initialValues: individual ? valuesOf(individual) : { ...emptyContact, kind, ...known },
    validate: {
      name: (value, { firstName, lastName }) => (`${value}${firstName}${lastName}`.trim() ? null : 'A name is needed'),
    },
  })
  const submit = form.onSubmit(async (values) => {
    setProblem(undefined)
    try {
      const saved = individual
        ? await patch<Individual>(`/api/v1/individuals/${individual.id}`, bodyOf(values, before))
        : await post<Individual>('/api/v1/individuals', { kind: values.kind, ...bodyOf(values) } satisfies IndividualCreate)
      client.setQueryData(individualQuery(saved.id).queryKey, saved)
      void client.invalidateQueries({ queryKey: ['list', 'individuals'] })
      await onSaved(saved)
      onClose()
    } catch (error) {
      setProblem(placeErrors(form, error, [...Object.keys(emptyContact), ...rowFields(values)]))
    }
  })
  const kindName = kindWords[form.values.kind].label.toLowerCase()
  const title = individual ? `Edit ${individual.name}` : `Add ${kindName === 'employee' ? 'an' : 'a'} ${kindName}`
  return (
    <Modal opened onClose={onClose} title={title} size="lg">
      <form onSubmit={submit} noValidate>
        <Stack>
          <ContactInputs form={form} isNew={!individual} />
          {problem && <Problem>{problem}</Problem>}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" size="sm" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" size="sm" loading={form.submitting}>
              {individual ? 'Save' : `Add ${kindName}`}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

type Form = UseFormReturnType<ContactValues>

function ContactInputs({ form, isNew }: { form: Form; isNew: boolean }) {
  return (
    <>
      {isNew && (
        <Select
          label="Kind"
          description={kindWords[form.values.kind].means}
          data={optionsOf(kindWords)}
          allowDeselect={false}
          {...form.getInputProps('kind')}
        />
      )}
      <NameInputs form={form} />
      {form.values.kind === 'contact' && (
        <AccountPicker
          label="Account"
          placeholder="None: type to search"
          value={form.values.account}
          onChange={(account) => form.setFieldValue('account', account)}
          error={form.errors.accountId}
        />
      )}
      <PhoneRows form={form} />
      <EmailRows form={form} />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput label="Language" placeholder="en, pt-BR …" maxLength={35} spellCheck={false} {...form.getInputProps('language')} />
        <TextInput
          label="Country"
          placeholder="Two letters, such as IT"
          maxLength={2}
          spellCheck={false}
          {...form.getInputProps('isoCountryCode')}
        />
      </SimpleGrid>
      <DetailRows form={form} />
    </>
  )
}

function NameInputs({ form }: { form: Form }) {
  const { firstName, lastName } = form.values
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput label="First name" maxLength={120} dir="auto" data-autofocus {...form.getInputProps('firstName')} />
        <TextInput label="Last name" maxLength={120} dir="auto" {...form.getInputProps('lastName')} />
      </SimpleGrid>
      <TextInput
        label="Shown as"
        placeholder={`${firstName.trim()} ${lastName.trim()}`.trim() || 'First and last name'}
        description="Left empty: first and last name"
        maxLength={255}
        dir="auto"
        {...form.getInputProps('name')}
      />
    </>
  )
}

function PhoneRows({ form }: { form: Form }) {
  return (
    <Repeated
      legend="Phones"
      one="phone"
      count={form.values.phones.length}
      max={20}
      onAdd={() => form.insertListItem('phones', { ...emptyPhone })}
      onRemove={(index) => form.removeListItem('phones', index)}
    >
      {(index) => (
        <div className="grow">
          <Group gap="xs" align="flex-start" grow>
            <TextInput
              size="xs"
              type="tel"
              aria-label={`Number of phone ${index + 1}`}
              placeholder="+39 320 555 0199"
              maxLength={40}
              {...form.getInputProps(`phones.${index}.number`)}
            />
            <TextInput
              size="xs"
              aria-label={`Label of phone ${index + 1}`}
              placeholder="Label, such as mobile"
              maxLength={40}
              {...form.getInputProps(`phones.${index}.label`)}
            />
          </Group>
          <Group gap="md" mt={6}>
            <Checkbox size="xs" label="Verified" {...form.getInputProps(`phones.${index}.isVerified`, { type: 'checkbox' })} />
            <Checkbox
              size="xs"
              label="Shared by several people"
              title="Nobody is linked by a shared number without a person’s decision"
              {...form.getInputProps(`phones.${index}.isShared`, { type: 'checkbox' })}
            />
          </Group>
        </div>
      )}
    </Repeated>
  )
}

function EmailRows({ form }: { form: Form }) {
  return (
    <Repeated
      legend="E-mails"
      one="e-mail"
      count={form.values.emails.length}
      max={20}
      onAdd={() => form.insertListItem('emails', { ...emptyEmail })}
      onRemove={(index) => form.removeListItem('emails', index)}
    >
      {(index) => (
        <div className="grow">
          <Group gap="xs" align="flex-start" grow>
            <TextInput
              size="xs"
              type="email"
              aria-label={`Address of e-mail ${index + 1}`}
              placeholder="ada@example.com"
              maxLength={254}
              {...form.getInputProps(`emails.${index}.email`)}
            />
            <TextInput
              size="xs"
              aria-label={`Label of e-mail ${index + 1}`}
              placeholder="Label, such as work"
              maxLength={40}
              {...form.getInputProps(`emails.${index}.label`)}
            />
          </Group>
          <Checkbox size="xs" mt={6} label="Verified" {...form.getInputProps(`emails.${index}.isVerified`, { type: 'checkbox' })} />
        </div>
      )}
    </Repeated>
  )
}
