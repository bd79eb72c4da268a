import { Chat, type ChatState, type ShownMessage } from './core.ts'
import styles from './inline.css?inline'

const textMax = 4000
const stateWords: Record<ShownMessage['state'], string> = {
  waiting: 'Waiting for a connection',
  sending: 'Sending…',
  sent: 'Sent ✓',
  failed: 'Not sent',
}
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })

function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  attributes: Record<string, string> = {},
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  element.className = className
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  return element
}

/**
 * Draws the chat of a channel into `host`, in a shadow tree, so that neither page nor chat disturbs the other's look.
 * `base` is the origin of the server, empty for the page's own. @returns a function that takes it away again
 */
export function mountChat(host: HTMLElement, channelId: string, base = ''): () => void {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' })
  const parts = drawFrame(root)
  const chat = new Chat({ channelId, base, onChange: (state) => show(parts, state, (id) => chat.retry(id)) })
  function submit(event: Event) {
    event.preventDefault()
    const text = parts.text.value.trim()
    if (!text) return parts.text.focus()
    chat.send(text, parts.name.value)
    parts.text.value = ''
    parts.text.focus()
  }
  parts.form.addEventListener('submit', submit)
  parts.text.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) submit(event)
  })
  return () => {
    chat.stop()
    root.replaceChildren()
  }
}

type Parts = ReturnType<typeof drawFrame>

function drawFrame(root: ShadowRoot) {
  const style = document.createElement('style')
  style.textContent = styles
  const frame = make('section', 'chat', { 'aria-label': 'Chat' })
  const title = make('h2', 'title')
  const notice = make('p', 'notice', { role: 'status' })
  const log = make('div', 'log', { role: 'log', 'aria-label': 'Conversation', tabindex: '0' })
  const answering = make('p', 'answering', { role: 'status' })
  const form = make('form', 'form')
  const name = make('input', 'name', {
    placeholder: 'Your name (optional)',
    'aria-label': 'Your name (optional)',
    autocomplete: 'name',
    maxlength: '255',
  })
  const text = make('textarea', 'text', {
    placeholder: 'Write a message',
    'aria-label': 'Message',
    rows: '2',
    maxlength: String(textMax),
    dir: 'auto',
  })
  const button = make('button', 'button', { type: 'submit' })
  button.textContent = 'Send'
  form.append(name, text, button)
  frame.append(title, log, answering, notice, form)
  root.replaceChildren(style, frame)
  return { title, notice, log, answering, form, name, text, button }
}

const noticeWords: Record<ChatState['phase'], string> = {
  loading: '',
  ready: '',
  offline: 'No connection. What you write is sent as soon as it is back.',
  closed: 'This chat is not available.',
}

function show(parts: Parts, { phase, settings, messages, isAnswering }: ChatState, retry: (id: string) => void) {
  parts.title.textContent = settings?.title ?? 'Chat'
  parts.notice.textContent = noticeWords[phase]
  parts.notice.hidden = noticeWords[phase] === ''
  parts.answering.textContent = isAnswering ? 'An answer is being written…' : ''
  parts.answering.hidden = !isAnswering
  parts.name.hidden = messages.some((message) => message.direction === 'inbound')
  parts.form.inert = phase === 'closed' || phase === 'loading'
  parts.form.hidden = phase === 'closed'
  const wasAtEnd = parts.log.scrollHeight - parts.log.scrollTop - parts.log.clientHeight < 60
  drawMessages(parts.log, settings?.welcome ?? '', messages, retry)
  if (wasAtEnd) parts.log.scrollTop = parts.log.scrollHeight
}

/** Keeps the elements of messages that are there, so that a screen reader hears only what is new. */
function drawMessages(log: HTMLElement, welcome: string, messages: ShownMessage[], retry: (id: string) => void) {
  const present = new Map([...log.children].map((child) => [(child as HTMLElement).dataset.id, child as HTMLElement]))
  const wanted = [
    ...(welcome ? [present.get('welcome') ?? drawBubble('welcome', 'outbound', welcome)] : []),
    ...messages.map((message) => {
      const bubble = present.get(message.id) ?? drawBubble(message.id, message.direction, message.text)
      drawState(bubble, message, retry)
      return bubble
    }),
  ]
  wanted.forEach((bubble, place) => {
    if (log.children[place] !== bubble) log.insertBefore(bubble, log.children[place] ?? null)
  })
  while (log.children.length > wanted.length) log.lastElementChild!.remove()
}

function drawBubble(id: string, direction: string, text: string): HTMLElement {
  const bubble = make('div', `bubble ${direction}`, { 'data-id': id })
  const said = make('p', 'said', { dir: 'auto' })
  said.textContent = text
  bubble.append(said)
  return bubble
}

function drawState(bubble: HTMLElement, message: ShownMessage, retry: (id: string) => void) {
  if (bubble.dataset.state === message.state) return
  bubble.dataset.state = message.state
  bubble.querySelector('.state')?.remove()
  const line = make('span', 'state')
  const time = clock.format(new Date(message.sentAt))
  line.textContent =
    message.direction === 'outbound'
      ? time
      : message.state === 'sent'
        ? `${time} · ${stateWords.sent}`
        : stateWords[message.state]
  if (message.state === 'failed') {
    if (message.problem) line.title = message.problem
    const again = make('button', 'again', { type: 'button' })
    again.textContent = 'Try again'
    again.addEventListener('click', () => retry(message.id))
    line.append(' · ', again)
  }
  bubble.append(line)
}
