import type { ErrorBody } from '../src/contract/common.ts'
import type { ChatGuest, ChatHistory, ChatSend, ChatSettings } from '../src/contract/chat.ts'

/** `status` is 0 when there was no answer. */
export class ChatError extends Error {
  override name = 'ChatError'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }

  /** Is it worth trying the very same again? */
  get isTransient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }
}

/** The four calls of the chat. `base` is the server's origin, empty for the page's own. All throw {@link ChatError}. */
export function transport(base: string, channelId: string) {
  const path = `${base}/chat/v1/${encodeURIComponent(channelId)}`

  async function call<T>(part: string, init: RequestInit = {}, token?: string): Promise<T> {
    const headers = {
      ...(init.body ? { 'content-type': 'application/json' } : {}),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    }
    const response = await fetch(`${path}/${part}`, { ...init, headers, credentials: 'omit' }).catch(() => {
      throw new ChatError(0, 'No connection')
    })
    const answer: unknown = await response.json().catch(() => undefined)
    if (!response.ok)
      throw new ChatError(response.status, (answer as ErrorBody | undefined)?.error?.message ?? `Error ${response.status}`)
    return answer as T
  }
  return {
    settings: () => call<ChatSettings>('settings'),
    newGuest: () => call<ChatGuest>('guests', { method: 'POST', body: '{}' }),
    send: (message: ChatSend, token: string) => call('messages', { method: 'POST', body: JSON.stringify(message) }, token),
    history: (token: string) => call<ChatHistory>('messages', {}, token),
  }
}
