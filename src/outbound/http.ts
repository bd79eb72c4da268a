import type { Http } from '../connectors/sending.ts'

const TIMEOUT_MS = 15_000
/** Of a longer answer, the rest is not read. */
const ANSWER_MAX = 1024 * 1024

/** One request to a platform, over the network. Redirections are answers, and not followed. @throws when there is no answer in 15 s */
export const http: Http = async ({ method, url, headers, body }) => {
  const response = await fetch(url, {
    method, headers: { 'user-agent': 'muster', ...headers }, body: body || null, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await textOf(response) }
}

/** For channels that no platform knows: nothing invented is asked of a real one. */
export const onThisMachine = (http: Http): Http => async request => {
  if (/^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?\//.test(request.url)) return http(request)
  return { status: 403, headers: {}, body: JSON.stringify({ message: 'The channel is simulated: there is no platform behind it' }) }
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= ANSWER_MAX) break
  }
  return Buffer.concat(chunks).subarray(0, ANSWER_MAX).toString()
}
