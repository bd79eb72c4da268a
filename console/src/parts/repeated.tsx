import type { ReactNode } from 'react'
import { ActionIcon, Button, Group, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import type { AttributeRow } from './attribute-rows.ts'

interface RepeatedProps {
  legend: string
  /** What one is called, as in "Add a phone". */
  one: string
  count: number
  max: number
  onAdd: () => void
  onRemove: (index: number) => void
  children: (index: number) => ReactNode
}

/** A list of inputs in a form, which grows and shrinks. */
export function Repeated({ legend, one, count, max, onAdd, onRemove, children }: RepeatedProps) {
  return (
    <fieldset className="repeated">
      <legend>{legend}</legend>
      {Array.from({ length: count }, (_, index) => (
        <div key={index} className="repeated-row">
          {children(index)}
          <ActionIcon
            variant="subtle"
            color="gray"
            size={30}
            aria-label={`Remove ${one} ${index + 1}`}
            title={`Remove this ${one}`}
            onClick={() => onRemove(index)}
          >
            <IconTrash size={15} />
          </ActionIcon>
        </div>
      ))}
      {count < max && (
        <Button variant="subtle" size="compact-xs" leftSection={<IconPlus size={13} />} onClick={onAdd}>
          Add {/^[aeiou]/.test(one) ? 'an' : 'a'} {one}
        </Button>
      )}
    </fieldset>
  )
}

export interface DetailValues {
  externalIds: { system: string; externalId: string }[]
  attributes: AttributeRow[]
}

type DetailForm = Pick<UseFormReturnType<DetailValues>, 'values' | 'getInputProps' | 'insertListItem' | 'removeListItem'>

/** What other systems call a record, and whatever else is noted about it. */
export function DetailRows({ form }: { form: DetailForm }) {
  const { externalIds, attributes } = form.values
  return (
    <>
      <Repeated
        legend="Ids in other systems"
        one="id"
        count={externalIds.length}
        max={20}
        onAdd={() => form.insertListItem('externalIds', { system: '', externalId: '' })}
        onRemove={(index) => form.removeListItem('externalIds', index)}
      >
        {(index) => (
          <Group gap="xs" className="grow" align="flex-start" grow>
            <TextInput
              size="xs"
              aria-label={`System of id ${index + 1}`}
              placeholder="System, such as crm"
              maxLength={60}
              spellCheck={false}
              {...form.getInputProps(`externalIds.${index}.system`)}
            />
            <TextInput
              size="xs"
              aria-label={`Id ${index + 1}`}
              placeholder="Its id there"
              maxLength={255}
              spellCheck={false}
              {...form.getInputProps(`externalIds.${index}.externalId`)}
            />
          </Group>
        )}
      </Repeated>
      <Repeated
        legend="Attributes"
        one="attribute"
        count={attributes.length}
        max={100}
        onAdd={() => form.insertListItem('attributes', { name: '', value: '' })}
        onRemove={(index) => form.removeListItem('attributes', index)}
      >
        {(index) => (
          <Group gap="xs" className="grow" align="flex-start" grow>
            <TextInput
              size="xs"
              aria-label={`Name of attribute ${index + 1}`}
              placeholder="Name"
              maxLength={60}
              {...form.getInputProps(`attributes.${index}.name`)}
            />
            <TextInput
              size="xs"
              aria-label={`Value of attribute ${index + 1}`}
              placeholder="Value"
              maxLength={2000}
              dir="auto"
              {...form.getInputProps(`attributes.${index}.value`)}
            />
          </Group>
        )}
      </Repeated>
    </>
  )
}

/** Every field of the lists as the server names them, so that its complaints find their place. */
export const rowFields = (values: object): string[] =>
  Object.entries(values).flatMap(([list, rows]) =>
    Array.isArray(rows) ? rows.flatMap((row: object, index) => Object.keys(row).map((field) => `${list}.${index}.${field}`)) : [],
  )
