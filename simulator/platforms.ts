import type { Platform } from './platform.ts'
import { byoc } from './platforms/byoc.ts'
import { smsTwilio } from './platforms/sms-twilio.ts'
import { webChat } from './platforms/web-chat.ts'
import { whatsapp } from './platforms/whatsapp.ts'

/** Every platform that can be played. */
const platforms: readonly Platform[] = [byoc, webChat, whatsapp, smsTwilio]

const byType = new Map(platforms.map(platform => [platform.type, platform]))

/** @param type of the connector. @returns undefined when it cannot be played */
export const platformOf = (type: string): Platform | undefined => byType.get(type)

export const playedTypes: readonly string[] = [...byType.keys()]
