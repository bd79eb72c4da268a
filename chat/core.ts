import type { ChatMessage, ChatSettings } from '../src/contract/chat.ts'
import { keepIdentity, readIdentity, type Identity } from './identity.ts'
import { ChatError, transport } from './transport.ts'

export interface ShownMessage extends ChatMessage {
  /** `waiting` goes out by itself once there is a connection; `failed` is left to the visitor. */
  state: 'waiting' | 'sending' | 'sent' | 'failed'
  problem?: string
}

export interface ChatState {
  /** `closed`: no such channel, or not in use. `offline`: the server cannot be reached. */
  phase: 'loading' | 'ready' | 'offline' | 'closed'
  settings?: ChatSettings
  messages: ShownMessage[]
  /** Somebody is writing an answer. */
  isAnswering: boolean
}

export interface ChatOptions {
  channelId: string
  /** Origin of the server; empty for the page's own. */
  base?: string
  onChange: (state: ChatState) => void
  /** Waits before further attempts when the server is busy, in milliseconds. */
  retryAfterMs?: number[]
  /** Milliseconds between looks for answers. */
  pollEveryMs?: number
}

/** A visitor's end of a web chat: who they are, what was said, and what is still on its way. Draws nothing. */
export class Chat {
  #options: Required<ChatOptions>
  #server: ReturnType<typeof transport>
  #identity: Identity | undefined
  #name: string | undefined
  #state: ChatState = { phase: 'loading', messages: [], isAnswering: false }
  #isSending = false
  #isStopped = false
  #poll: ReturnType<typeof setInterval>

  constructor(options: ChatOptions) {
    this.#options = { base: '', retryAfterMs: [1000, 3000, 8000], pollEveryMs: 4000, ...options }
    this.#server = transport(this.#options.base, options.channelId)
    this.#identity = readIdentity(options.channelId)
    this.#name = this.#identity?.name
    this.#poll = setInterval(() => this.#lookAgain(), this.#options.pollEveryMs)
    window.addEventListener('online', this.#load)
    void this.#load()
  }

  send(text: string, name?: string): void {
    this.#name = name?.trim() || this.#name
    const message: ShownMessage = { id: newId(), direction: 'inbound', text, sentAt: new Date().toISOString(), state: 'waiting' }
    this.#change({ messages: [...this.#state.messages, message] })
    void this.#sendWaiting()
  }

  retry(id: string): void {
    this.#changeMessage(id, { state: 'waiting', problem: undefined })
    void this.#sendWaiting()
  }

  stop(): void {
    this.#isStopped = true
    clearInterval(this.#poll)
    window.removeEventListener('online', this.#load)
  }

  #change(part: Partial<ChatState>) {
    this.#state = { ...this.#state, ...part }
    if (!this.#isStopped) this.#options.onChange(this.#state)
  }

  #changeMessage(id: string, part: Partial<ShownMessage>) {
    this.#change({ messages: this.#state.messages.map((message) => (message.id === id ? { ...message, ...part } : message)) })
  }

  #setIdentity(identity: Identity | undefined) {
    this.#identity = identity
    keepIdentity(this.#options.channelId, identity)
  }

  #lookAgain() {
    const { phase } = this.#state
    if (!document.hidden && (phase === 'offline' || (phase === 'ready' && this.#identity))) void this.#load()
  }

  #load = async () => {
    try {
      const settings = this.#state.settings ?? (await this.#server.settings())
      const { stored, isAnswering } = await this.#readHistory()
      // What the server has comes first; what is still on its way stays below it.
      const ids = new Set(stored.map((message) => message.id))
      const onTheWay = this.#state.messages.filter((message) => !ids.has(message.id) && message.state !== 'sent')
      this.#change({ phase: 'ready', settings, messages: [...stored, ...onTheWay], isAnswering })
      void this.#sendWaiting()
    } catch (error) {
      this.#change({ phase: error instanceof ChatError && error.isTransient ? 'offline' : 'closed' })
    }
  }

  async #readHistory(): Promise<{ stored: ShownMessage[]; isAnswering: boolean }> {
    const nothing = { stored: [], isAnswering: false }
    if (!this.#identity) return nothing
    try {
      const { items, isAnswering } = await this.#server.history(this.#identity.token)
      return { stored: items.map((message) => ({ ...message, state: 'sent' })), isAnswering }
    } catch (error) {
      if (!(error instanceof ChatError && error.status === 401)) throw error
      this.#setIdentity(undefined)
      return nothing
    }
  }

  /** One after the other, so that they arrive in the order they were written. */
  async #sendWaiting() {
    if (this.#isSending) return
    this.#isSending = true
    const firstWaiting = () => this.#state.messages.find((message) => message.state === 'waiting')
    for (let next = firstWaiting(); next && !this.#isStopped; next = firstWaiting()) {
      if (!(await this.#sendOne(next))) break
    }
    this.#isSending = false
  }

  /** @returns false when there is no connection, and the rest should wait as well. */
  async #sendOne({ id, text }: ShownMessage): Promise<boolean> {
    this.#changeMessage(id, { state: 'sending' })
    try {
      await this.#sendUntilThere(id, text)
      this.#changeMessage(id, { state: 'sent' })
      this.#change({ phase: 'ready' })
      return true
    } catch (error) {
      const { status, message } = error as ChatError
      this.#changeMessage(id, status === 0 ? { state: 'waiting' } : { state: 'failed', problem: message })
      if (status === 0) this.#change({ phase: 'offline' })
      if (status === 404) this.#change({ phase: 'closed' })
      return status !== 0
    }
  }

  /** The id stays the same through all attempts, so that an answer that got lost makes no second message. */
  async #sendUntilThere(id: string, text: string) {
    const waits = [...this.#options.retryAfterMs]
    for (let mayStartAnew = true; ;) {
      try {
        if (!this.#identity) this.#setIdentity({ ...(await this.#server.newGuest()), name: this.#name })
        return await this.#server.send({ id, text, ...(this.#name && { name: this.#name }) }, this.#identity!.token)
      } catch (error) {
        if (!(error instanceof ChatError)) throw error
        if (error.status === 401 && mayStartAnew) {
          mayStartAnew = false
          this.#setIdentity(undefined)
          continue
        }
        const wait = waits.shift()
        if (!error.isTransient || error.status === 0 || wait === undefined) throw error
        await new Promise((resolve) => setTimeout(resolve, wait))
      }
    }
  }
}

/** A random UUID (version 4). `crypto.randomUUID` is missing on pages that are not served over HTTPS. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
