import { createHmac } from 'node:crypto'
import { connect, type Socket } from 'node:net'

/** What a load run measured. Latencies in milliseconds. */
export interface Measured {
  perSecond: number
  p50: number
  p99: number
  failures: number
}

const ANSWER_END = '\r\n\r\n'

/** Signed requests of one message each, ready to be written: making them costs the generator nothing while it measures. */
export function makeRequests(webhookUrl: string, secret: string, keys: string[], run: string): Buffer[] {
  const { host, pathname } = new URL(webhookUrl)
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const timestamp = Math.floor(Date.now() / 1000)
  return keys.map((user, n) => {
    const id = `${run}-${n}`
    const body = JSON.stringify({
      events: [{
        type: 'message.received', id, occurredAt: new Date().toISOString(), user: { key: user, name: `Person ${user}` },
        message: { id, type: 'text', text: `Message ${id}: ${'where is my parcel? '.repeat(20)}` },
      }],
    })
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
    return Buffer.from([
      `POST ${pathname} HTTP/1.1`, `host: ${host}`, 'content-type: application/json', `content-length: ${Buffer.byteLength(body)}`,
      `webhook-id: ${id}`, `webhook-timestamp: ${timestamp}`, `webhook-signature: v1,${signature}`, '', body,
    ].join('\r\n'))
  })
}

/** Sends requests over `concurrency` connections, each waiting for its answer, until they are used up or the time is over. */
export async function load(url: string, requests: Buffer[], concurrency: number, seconds: number): Promise<Measured> {
  const { hostname, port } = new URL(url)
  const latencies: number[] = []
  let next = 0
  let failures = 0
  const began = performance.now()
  const end = began + seconds * 1000
  await Promise.all(Array.from({ length: concurrency }, () => new Promise<void>((resolve, reject) => {
    const socket: Socket = connect(Number(port), hostname)
    let sentAt = 0
    let answer = ''
    const send = () => {
      if (next >= requests.length || performance.now() > end) return void socket.end(resolve)
      sentAt = performance.now()
      socket.write(requests[next++]!)
    }
    socket.setNoDelay(true).once('connect', send).once('error', reject)
    socket.on('data', data => {
      answer += data.toString('latin1')
      const head = answer.indexOf(ANSWER_END)
      if (head < 0) return
      const length = Number(/content-length: (\d+)/i.exec(answer)?.[1] ?? 0)
      if (answer.length < head + ANSWER_END.length + length) return
      latencies.push(performance.now() - sentAt)
      if (!answer.startsWith('HTTP/1.1 200')) failures++
      answer = ''
      send()
    })
  })))
  const took = (performance.now() - began) / 1000
  latencies.sort((a, b) => a - b)
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? Number.NaN
  return { perSecond: (latencies.length - failures) / took, p50: at(0.5), p99: at(0.99), failures }
}
