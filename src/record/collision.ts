import { DatabaseError } from 'pg'

/** Another transaction did the same thing at the same moment. Nothing is wrong: the same work, begun anew, will see what it did. */
export class CollisionError extends Error {
  override name = 'CollisionError'
}

/** Where two find out that both create the same: the second looks again, and finds what the first made. */
const createdOnce = new Set(['aliases_current', 'consent_events_pkey', 'messages_platform_id', 'sessions_open'])

/** Whether the same transaction, begun anew, may well succeed: as we found out ourselves, by `collide_unless`, by a key, or in a deadlock. */
export function isCollision(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return error instanceof CollisionError
  return ['40001', '40P01'].includes(error.code ?? '') || createdOnce.has(error.constraint ?? '')
}

/** Repeats work that collided. @throws the collision if that does not end, and what else the work throws */
export async function again<T>(work: () => Promise<T>, attempts = 5): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (attempts <= 1 || !isCollision(error)) throw error
    return again(work, attempts - 1)
  }
}
