import { STATUS_CODES } from 'node:http'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { ErrorBody, ErrorCode } from '../contract/common.ts'
import { CollisionError } from '../record/collision.ts'

const statusOf: Record<ErrorCode, number> = {
  bad_request: 400,
  invalid_field: 400,
  invalid_cursor: 400,
  unauthenticated: 401,
  invalid_signature: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  send_refused: 409,
  too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
}
const codeOfStatus = new Map<number, ErrorCode>([
  [400, 'bad_request'], [401, 'unauthenticated'], [403, 'forbidden'], [404, 'not_found'], [409, 'conflict'],
  [413, 'too_large'], [415, 'unsupported_media_type'], [429, 'rate_limited'], [503, 'unavailable'],
])
/** PostgreSQL's codes for a value that passed the schema but cannot be stored: a NUL character, a thirteenth month. */
const unstorable = new Set(['22007', '22008', '22021', '22P02', '22P05'])

export type FieldError = NonNullable<ErrorBody['error']['details']>[number]

/** The one way to refuse a request: thrown where the fault is seen, answered by `answerError`. */
export class ApiError extends Error {
  override name = 'ApiError'
  readonly code: ErrorCode
  readonly statusCode: number
  readonly details: FieldError[] | undefined

  constructor(code: ErrorCode, message: string, details?: FieldError[]) {
    super(message)
    this.code = code
    this.statusCode = statusOf[code]
    this.details = details
  }
}

/** Refuses a request for one field of it. `field` is a path such as `config.appSecret`. */
export const fieldError = (field: string, message: string, code: ErrorCode = 'invalid_field'): ApiError =>
  new ApiError(code, `${field} ${message}`, [{ field, message }])

export const notFound = (what: string, id: string): ApiError => new ApiError('not_found', `No ${what} with the id ${id}`)

/** Status, headers and body of the answer to any error. Whoever finds us busy is told when to come again. */
export function answerTo(error: unknown): { status: number; headers: Record<string, string>; body: ErrorBody } {
  const { status, body } = errorBody(error)
  return { status, body, headers: status === 503 ? { 'retry-after': '5' } : {} }
}

/** The body of every error, whoever threw it. Faults that are not the caller's say nothing of what is inside. */
export function errorBody(error: unknown): { status: number; body: ErrorBody } {
  const known = error instanceof ApiError ? error : asApiError(error as FastifyError)
  const { code, message, details } = known
  return { status: known.statusCode, body: { error: { code, message, ...details && { details } } } }
}

function asApiError(error: FastifyError): ApiError {
  if (unstorable.has(error.code)) return new ApiError('invalid_field', 'The request holds a value that cannot be stored')
  if (error.code === '23505' || error instanceof CollisionError) return new ApiError('conflict', 'Somebody else did the same at this moment')
  if (error.code === '53300' || error.code?.startsWith('57P') || error.code?.startsWith('08') || error.code === 'ECONNREFUSED') {
    return new ApiError('unavailable', 'The database does not answer; try again shortly')
  }
  const status = error.statusCode ?? 500
  if (status >= 500 && status !== 503) return new ApiError('internal', 'Something went wrong here; the log says what')
  return new ApiError(codeOfStatus.get(status) ?? 'bad_request', error.message || STATUS_CODES[status] || 'Bad request')
}

/** Fastify's error handler: one place that turns errors into answers, and logs those that are ours. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, headers, body } = answerTo(error)
  if (status >= 500) request.log.error({ err: error }, 'request failed')
  return reply.code(status).headers(headers).type('application/json; charset=utf-8').send(body)
}
