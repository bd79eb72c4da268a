import { ApiError } from '../api/client.ts'

interface FormLike {
  setErrors: (errors: Record<string, string>) => void
}

/**
 * Puts each complaint of the server at its field. @returns what belongs to no field, to be shown above the form.
 * `fields` are the names the form has; the server may write them as `/config/token` or `config.token`.
 */
export function placeErrors(form: FormLike, error: unknown, fields: string[]): string | undefined {
  if (!(error instanceof ApiError)) return 'Something went wrong. Try again.'
  const placed: Record<string, string> = {}
  const rest: string[] = []
  for (const { field, message } of error.details) {
    const name = field.replace(/^[/.]/, '').replaceAll('/', '.')
    const target = fields.find((known) => known === name || known === `config.${name}`)
    if (target) placed[target] = sentence(message)
    else rest.push(field ? `${field}: ${message}` : message)
  }
  form.setErrors(placed)
  if (rest.length > 0) return rest.join(' · ')
  return Object.keys(placed).length > 0 ? undefined : error.message
}

const sentence = (words: string) => words.charAt(0).toUpperCase() + words.slice(1)
