import { NumberInput, PasswordInput, Select, Stack, Switch, TextInput, Textarea } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'

/** What a connector's JSON Schema says about one setting. */
interface Setting {
  type?: string
  title?: string
  description?: string
  secret?: boolean
  enum?: unknown[]
  anyOf?: { const?: unknown; title?: string }[]
  default?: unknown
  minLength?: number
  maxLength?: number
  examples?: unknown[]
}

export interface ConfigSchema {
  properties?: Record<string, Setting>
  required?: string[]
}

export type ConfigValues = Record<string, unknown>

/** What the form begins with: what is stored, else the defaults of the schema, else nothing. */
export function initialConfig(schema: ConfigSchema, stored: ConfigValues = {}): ConfigValues {
  return Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, setting]) => [
      name,
      stored[name] ?? setting.default ?? (setting.type === 'boolean' ? false : ''),
    ]),
  )
}

/** What the form holds, without the settings left empty. */
export function filledConfig(values: ConfigValues): ConfigValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '' && value !== null))
}

interface SchemaFormProps {
  schema: ConfigSchema
  /** Settings that are made when left empty. */
  generated: string[]
  // The form holds the settings below `config`, whatever else is in it.
  form: Pick<UseFormReturnType<{ name: string; config: ConfigValues }>, 'getInputProps'>
  readOnly?: boolean
}

const inputProps = (form: SchemaFormProps['form'], name: string, { type }: Setting): SettingInputProps['input'] =>
  form.getInputProps(`config.${name}`, { type: type === 'boolean' ? 'checkbox' : 'input' })

/** The form a connector's schema asks for. */
export function SchemaForm({ schema, generated, form, readOnly }: SchemaFormProps) {
  return (
    <Stack gap="md">
      {Object.entries(schema.properties ?? {}).map(([name, setting]) => (
        <SettingInput
          key={name}
          setting={setting}
          isGenerated={generated.includes(name)}
          required={(schema.required ?? []).includes(name) && !generated.includes(name)}
          input={{ ...inputProps(form, name, setting), disabled: readOnly }}
          fallbackLabel={name}
        />
      ))}
    </Stack>
  )
}

interface SettingInputProps {
  setting: Setting
  isGenerated: boolean
  required: boolean
  input: ReturnType<SchemaFormProps['form']['getInputProps']> & { disabled?: boolean }
  fallbackLabel: string
}

function SettingInput({ setting, isGenerated, required, input, fallbackLabel }: SettingInputProps) {
  const choices = choicesOf(setting)
  const common = {
    label: setting.title ?? fallbackLabel,
    description: setting.description,
    placeholder: isGenerated ? 'Left empty, it is made for you' : exampleOf(setting),
    required,
    ...input,
  }
  if (setting.type === 'boolean') return <Switch {...common} required={false} />
  if (choices) return <Select {...common} data={choices} allowDeselect={!required} clearable={!required} />
  if (setting.type === 'integer' || setting.type === 'number')
    return <NumberInput {...common} allowDecimal={setting.type === 'number'} />
  if (setting.secret)
    return <PasswordInput {...common} autoComplete="new-password" onFocus={(event) => event.currentTarget.select()} />
  if ((setting.maxLength ?? 0) > 300) return <Textarea {...common} autosize minRows={2} maxRows={8} />
  return <TextInput {...common} autoComplete="off" spellCheck={false} />
}

function exampleOf({ examples }: Setting): string | undefined {
  return typeof examples?.[0] === 'string' ? examples[0] : undefined
}

function choicesOf(setting: Setting): { value: string; label: string }[] | undefined {
  if (setting.enum) return setting.enum.map((value) => ({ value: String(value), label: String(value) }))
  const constants = setting.anyOf?.filter((option) => option.const !== undefined)
  return constants?.length
    ? constants.map((option) => ({ value: String(option.const), label: option.title ?? String(option.const) }))
    : undefined
}
