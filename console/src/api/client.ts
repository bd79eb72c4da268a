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

type Value = string | number | boolean
/** A list is given once for each of its values. */
export type Query = Record<string, Value | Value[] | undefined>

const unreachable = () => new ApiError(0, 'unavailable', 'Muster cannot be reached. Check the connection and try again.')

/** @throws {ApiError} for every answer other than 2xx, and when the server cannot be reached. */
async function request<T>(method: string, path: string, body?: BodyInit, contentType = 'application/json'): Promise<T> {
  const response = await fetch(path, {
    method,
    headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': contentType }) },
    body,
  }).catch(() => {
    throw unreachable()
  })
  const text = await response.text()
  const answer: unknown = text && response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : undefined
  if (!response.ok) throw errorOf(response.status, answer)
  return answer as T
}

function errorOf(status: number, answer: unknown): ApiError {
  const error = (answer as Partial<ErrorBody> | undefined)?.error
  if (!error) return new ApiError(status, 'internal', `The server answered ${status}.`)
  return new ApiError(status, error.code, error.message, error.details)
}

/** An address with the parts of `query` that are given. */
export function withQuery(path: string, query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) => [value].flat().map((one) => [name, one] as const))
  const parameters = given.filter(([, value]) => value !== undefined && value !== '').map(([name, value]) => [name, String(value)])
  return parameters.length === 0 ? path : `${path}?${new URLSearchParams(parameters)}`
}

export const get = <T>(path: string, query: Query = {}) => request<T>('GET', withQuery(path, query))
export const post = <T>(path: string, body: unknown = {}) => request<T>('POST', path, JSON.stringify(body))
export const postFile = <T>(path: string, file: File, type: string) => request<T>('POST', path, file, type)
export const put = <T>(path: string, body: unknown) => request<T>('PUT', path, JSON.stringify(body))
export const patch = <T>(path: string, body: unknown) => request<T>('PATCH', path, JSON.stringify(body))
export const remove = <T = void>(path: string) => request<T>('DELETE', path)

/**
 * Sends a file of any size. `fetch` does not tell how much of it is sent.
 * @param onProgress hears the part that is sent, 0 to 1. @throws {ApiError} as the others; never settles after `signal` aborted it
 */
export function upload<T>(path: string, file: File, { onProgress, signal }: { onProgress: (part: number) => void; signal: AbortSignal }): Promise<T> {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest()
    sending.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total === 0 ? 1 : loaded / total))
    sending.addEventListener('error', () => reject(unreachable()))
    sending.addEventListener('load', () => {
      const isJson = sending.getResponseHeader('content-type')?.includes('json')
      const answer: unknown = isJson ? JSON.parse(sending.responseText) : undefined
      if (sending.status >= 200 && sending.status < 300) resolve(answer as T)
      else reject(errorOf(sending.status, answer))
    })
    signal.addEventListener('abort', () => sending.abort())
    sending.open('POST', path)
    sending.setRequestHeader('accept', 'application/json')
    sending.setRequestHeader('content-type', 'text/csv')
    sending.send(file)
  })
}
