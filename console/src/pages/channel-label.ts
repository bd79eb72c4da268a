import type { MessagingUser } from '../../../src/contract/messaging-users.ts'

/** As short as tells the channels apart. */
export function channelLabel(user: MessagingUser, users: MessagingUser[]): string {
  const isOnlyOne = users.filter(({ channelId }) => channelId === user.channelId).length === 1
  return isOnlyOne ? user.channelName : `${user.channelName} · ${user.externalId ?? user.platformKey}`
}
