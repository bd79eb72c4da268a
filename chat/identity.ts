import type { ChatGuest } from '../src/contract/chat.ts'

/** Who this browser is on one channel. Kept until the server no longer knows the token. */
export interface Identity extends ChatGuest {
  name?: string
}

const keyOf = (channelId: string) => `muster.chat.${channelId}`

export function readIdentity(channelId: string): Identity | undefined {
  try {
    return JSON.parse(localStorage.getItem(keyOf(channelId)) ?? 'null') ?? undefined
  } catch {
    return undefined
  }
}

/** Where the browser keeps nothing (private windows), the guest lasts as long as the page. */
export function keepIdentity(channelId: string, identity: Identity | undefined): void {
  try {
    if (identity) localStorage.setItem(keyOf(channelId), JSON.stringify(identity))
    else localStorage.removeItem(keyOf(channelId))
  } catch {}
}
