import type { ErrorBody } from '../../../src/contract/common.ts'

export interface Page<T> {
  items: T[]
  nextCursor: string | null
}

export interface FieldError {
  field: string
  message: string
}

/** An answer other than 2xx. `status` is 0 when there was no answer at all. */
export class ApiError extends Error {
  override name = 'ApiError'
  readonly status: number
  readonly code: string
  readonly details: FieldError[]

  constructor(status: number, code: string, message: string, details: FieldError[] = []) {
    super(message)
    this.status = status
    this.code = code
    this.details = details
  }
}

export type Query = Record<string, string | number | boolean | undefined>

/** @throws {ApiError} for every answer other than 2xx, and when the server cannot be reached. */
async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(path, {
    method,
    headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  }).catch(() => {
    throw new ApiError(0, 'unavailable', 'Muster cannot be reached. Check the connection and try again.')
  })
  const text = await response.text()
  const answer: unknown = text && response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : undefined
  if (!response.ok) throw errorOf(response, answer)
  return answer as T
}

function errorOf(response: Response, answer: unknown): ApiError {
  const error = (answer as Partial<ErrorBody> | undefined)?.error
  if (!error) return new ApiError(response.status, 'internal', `The server answered ${response.status}.`)
  return new ApiError(response.status, error.code, error.message, error.details)
}

function withQuery(path: string, query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`
}

export const get = <T>(path: string, query: Query = {}) => request<T>('GET', withQuery(path, query))
export const post = <T>(path: string, body: unknown = {}) => request<T>('POST', path, body)
export const patch = <T>(path: string, body: unknown) => request<T>('PATCH', path, body)
export const remove = (path: string) => request<void>('DELETE', path)
