// What a business puts into its own page: every element with `data-muster-chat="ch_…"` becomes the chat of that channel.
import { mountChat } from './inline.ts'

const base = new URL(import.meta.url).origin

for (const host of document.querySelectorAll<HTMLElement>('[data-muster-chat]')) mountChat(host, host.dataset.musterChat!, base)
