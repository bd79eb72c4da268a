import { useState } from 'react'
import { Button, Checkbox, Group, Modal, Radio, Select, Stack, Switch, TextInput } from '@mantine/core'
import { useForm, type UseFormReturnType } from '@mantine/form'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { idFields, type LinkRule } from '../../../src/contract/links.ts'
import { put } from '../api/client.ts'
import { connectorsQuery } from '../api/queries.ts'
import { linkRulesQuery } from '../api/record-queries.ts'
import { placeErrors } from '../parts/form-errors.ts'
import { Problem } from '../parts/problem.tsx'
import { kindWords, matchFieldWords, whenNoneWords, whenOneWords } from '../parts/record-words.ts'
import { optionsOf } from '../parts/words.ts'

const newRule: LinkRule = { channelType: '*', kind: 'contact', isActive: true, matchOn: ['phone'], externalIdSystem: null, whenNone: 'prompt', whenOne: 'prompt' }

const comparesIds = ({ matchOn }: Pick<LinkRule, 'matchOn'>) => matchOn.some((field) => idFields.includes(field))

/** Sets the rule of a kind of channel and individual; the one there is is changed. */
export function LinkRuleForm({ rule, onClose }: { rule?: LinkRule; onClose: () => void }) {
  const [problem, setProblem] = useState<string>()
  const client = useQueryClient()
  const { data: connectors = [] } = useQuery(connectorsQuery)
  const { data: rules = [] } = useQuery(linkRulesQuery)
  const form = useForm<LinkRule>({
    initialValues: rule ?? newRule,
    validate: {
      matchOn: (value) => (value.length > 0 ? null : 'Choose what is compared'),
      externalIdSystem: (value, rule) => (comparesIds(rule) && !value?.trim() ? 'Say whose ids are compared' : null),
      kind: (kind, { channelType }) =>
        !rule && rules.some((other) => other.kind === kind && other.channelType === channelType)
          ? 'There is a rule for these already: edit it'
          : null,
    },
  })
  const submit = form.onSubmit(async ({ channelType, kind, isActive, matchOn, whenNone, whenOne, ...rule }) => {
    setProblem(undefined)
    const externalIdSystem = comparesIds({ matchOn }) ? rule.externalIdSystem!.trim() : null
    const body: Omit<LinkRule, 'channelType' | 'kind'> = { isActive, matchOn, externalIdSystem, whenNone, whenOne }
    try {
      await put<LinkRule>(`/api/v1/link-rules/${encodeURIComponent(channelType)}/${kind}`, body)
      await client.invalidateQueries({ queryKey: ['link-rules'] })
      onClose()
    } catch (error) {
      setProblem(placeErrors(form, error, Object.keys(newRule)))
    }
  })
  const types = [{ value: '*', label: 'All that have no rule of their own' }, ...connectors.map(({ type, label }) => ({ value: type, label }))]
  return (
    <Modal opened onClose={onClose} title={rule ? 'Edit the rule' : 'Add a link rule'}>
      <form onSubmit={submit} noValidate>
        <Stack>
          {problem && <Problem>{problem}</Problem>}
          <Select
            label="Channels"
            data={types}
            allowDeselect={false}
            searchable
            disabled={rule !== undefined}
            {...form.getInputProps('channelType')}
          />
          <Select
            label="Kind"
            data={optionsOf(kindWords)}
            allowDeselect={false}
            disabled={rule !== undefined}
            {...form.getInputProps('kind')}
          />
          <Compared form={form} />
          <Choice label="Nobody fits" words={whenNoneWords} input={form.getInputProps('whenNone')} />
          <Choice label="Exactly one fits" words={whenOneWords} input={form.getInputProps('whenOne')} />
          <Switch label="Active" {...form.getInputProps('isActive', { type: 'checkbox' })} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" size="sm" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" size="sm" loading={form.submitting}>
              {rule ? 'Save' : 'Add rule'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

function Compared({ form }: { form: UseFormReturnType<LinkRule> }) {
  return (
    <>
      <Checkbox.Group label="Compared" description="Whoever agrees in one of them fits" {...form.getInputProps('matchOn')}>
        <Stack gap={8} mt="xs">
          {Object.entries(matchFieldWords).map(([field, label]) => (
            <Checkbox key={field} value={field} label={label} size="xs" />
          ))}
        </Stack>
      </Checkbox.Group>
      {comparesIds(form.values) && (
        <TextInput
          label="System of the ids"
          description="As in the external ids of your contacts. The same id is somebody else’s in another system."
          placeholder="For example crm"
          maxLength={60}
          {...form.getInputProps('externalIdSystem')}
          value={form.values.externalIdSystem ?? ''}
        />
      )}
    </>
  )
}

function Choice({ label, words, input }: { label: string; words: Record<string, string>; input: object }) {
  return (
    <Radio.Group label={label} {...input}>
      <Stack gap={8} mt="xs">
        {Object.entries(words).map(([value, meaning]) => (
          <Radio key={value} value={value} label={meaning} size="xs" />
        ))}
      </Stack>
    </Radio.Group>
  )
}
