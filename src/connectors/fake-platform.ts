// For tests: a platform to send to, and a message to send.
import type { Http, HttpAnswer, HttpRequest, OutgoingMessage } from './sending.ts'

export const message: OutgoingMessage = {
  id: 'msg_01k5m3d8w4e5tr2y9hbx6pf0cz', to: { kind: 'phone', key: '+393331234567' }, text: 'Ciao 😀 & a+b=c é',
  sentAt: new Date('2026-09-21T14:13:19Z'), attemptAt: new Date('2026-09-21T14:13:20.900Z'),
}

/** A platform that gives one answer, and shows what it was asked. */
export function platform(status: number, body: object | string, headers: HttpAnswer['headers'] = {}) {
  const requests: HttpRequest[] = []
  const http: Http = request => {
    requests.push(request)
    return Promise.resolve({ status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) })
  }
  return { http, requests }
}

export const nobody: Http = () => Promise.reject(new Error('Nothing may be sent'))
