import { among, text } from '../parts/address.ts'

export const channelTabs = { settings: 'Settings', consent: 'Consent', keywords: 'Keywords and replies' }
export type ChannelTab = keyof typeof channelTabs

/** What the address of a channel says: the tab that is open, and the language of its keywords. */
export function readChannelSearch(search: Record<string, unknown>): { tab?: ChannelTab; language?: string } {
  return { tab: among(channelTabs, search.tab), language: text(search.language) }
}
