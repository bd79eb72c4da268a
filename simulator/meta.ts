import { createHmac } from 'node:crypto'
import type { PlayedChannel, WireRequest } from './platform.ts'

/** A webhook as Meta sends it: JSON in ASCII alone with escaped slashes, signed over exactly these bytes. */
export function fromMeta(value: unknown, { id, config }: PlayedChannel): WireRequest {
  const body = JSON.stringify(value)
    .replaceAll('/', '\\/').replaceAll(/[\u0080-\uffff]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return {
    method: 'POST', path: `/webhooks/${id}`, body,
    headers: {
      'content-type': 'application/json', 'user-agent': 'facebookexternalua',
      'x-hub-signature-256': `sha256=${createHmac('sha256', String(config.appSecret)).update(body).digest('hex')}`,
    },
  }
}
