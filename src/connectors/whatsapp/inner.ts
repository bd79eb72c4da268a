import type { Contact } from './payload.ts'

/** Where an inner event stands: what its siblings share. */
export interface Place {
  account: string
  contacts: Contact[]
}

/** Thrown by the reading of one inner event, which is then kept as `unsupported`; its neighbours go on. */
export class NotUnderstood extends Error {}

const BEFORE_WHATSAPP = Date.UTC(2009, 0)
const NEXT_CENTURY = Date.UTC(2100, 0)

/** @param seconds since 1970, as text. @throws {NotUnderstood} when no message can be of that time. */
export function timeOf(seconds: string): Date {
  const time = Number(seconds) * 1000
  if (time < BEFORE_WHATSAPP || time >= NEXT_CENTURY) throw new NotUnderstood(`timestamp: ${seconds} cannot be`)
  return new Date(time)
}
