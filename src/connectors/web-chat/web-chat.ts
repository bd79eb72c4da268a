import { guestChat } from '../guest-chat.ts'

/** The chat on the business's own pages. Visitors are anonymous, and write first. */
export const webChat = guestChat({ type: 'web-chat', label: 'Web chat', businessInitiated: false })
