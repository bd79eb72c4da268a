import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Format } from 'typebox/format'
import type { TLocalizedValidationError } from 'typebox/error'
import { Value } from 'typebox/value'
import { ApiError, type FieldError } from './errors.ts'

// A leap second is a time of RFC 3339, and none that anything here could hold.
Format.Set('date-time', text => Format.IsDateTime(text) && !Number.isNaN(Date.parse(text)))

/**
 * Checks what a route declares. Nothing is removed and, but for query strings (which are all text), nothing converted:
 * what a caller sends is either right or named in the error.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  // Compiled when it is first needed: all of them together would be a good part of a start.
  let compiled: ReturnType<typeof Compile<TSchema>> | undefined
  return (value) => {
    const validator = compiled ??= Compile(schema)
    const filled = Value.Default(schema, httpPart === 'querystring' ? Value.Convert(schema, value) : value)
    if (validator.Check(filled)) return { value: filled }
    return { error: invalid(validator.Errors(filled), httpPart === 'body' ? 'body' : 'request') }
  }
}

/** The names and messages of everything in `value` that does not fit `schema`, under `prefix`. */
export const faultsOf = (schema: TSchema, value: unknown, prefix: string): FieldError[] =>
  fieldErrors([...Value.Errors(schema, value)], prefix)

function invalid(errors: TLocalizedValidationError[], whole: string): ApiError {
  const details = fieldErrors(errors, '').map(({ field, message }) => ({ field: field || whole, message }))
  return invalidFields(details)
}

export const invalidFields = (details: FieldError[]): ApiError =>
  new ApiError('invalid_field', details.map(({ field, message }) => `${field} ${message}`).join('; '), details)

/** One line a field: where a union offers several schemas, the first objection is the one that helps. */
function fieldErrors(errors: TLocalizedValidationError[], prefix: string): FieldError[] {
  const messages = new Map<string, string>()
  for (const error of errors) {
    const path = [...prefix ? [prefix] : [], ...error.instancePath.split('/').slice(1).map(unescapePointer)]
    for (const [field, message] of explain(error, path)) if (!messages.has(field)) messages.set(field, message)
  }
  return [...messages].map(([field, message]) => ({ field, message }))
}

function explain(error: TLocalizedValidationError, path: string[]): [field: string, message: string][] {
  const at = (property: string) => [...path, property].join('.')
  switch (error.keyword) {
    case 'required': return error.params.requiredProperties.map((property) => [at(property), 'is required'])
    case 'additionalProperties': return error.params.additionalProperties.map((property) => [at(property), 'is unknown'])
    case 'boolean': return [[path.join('.'), 'is unknown']]
    case 'enum': return [[path.join('.'), `must be one of ${error.params.allowedValues.join(', ')}`]]
    case 'pattern': return [[path.join('.'), error.params.pattern === '\\S' ? 'must not be blank' : 'does not have the right form']]
    default: return [[path.join('.'), error.message]]
  }
}

const unescapePointer = (part: string) => part.replaceAll('~1', '/').replaceAll('~0', '~')
