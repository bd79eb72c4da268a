import { guestChat } from '../guest-chat.ts'

/** The chat inside the business's own app: each install is a guest, whom the business may also write to first. */
export const inApp = guestChat({ type: 'in-app', label: 'In-app chat', businessInitiated: true })
