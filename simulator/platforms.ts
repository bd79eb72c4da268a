import type { Platform } from './platform.ts'
import { apple } from './platforms/apple.ts'
import { byoc } from './platforms/byoc.ts'
import { inApp, webChat } from './platforms/guest-chat.ts'
import { line } from './platforms/line.ts'
import { messenger } from './platforms/messenger.ts'
import { smsKannel } from './platforms/sms-kannel.ts'
import { smsTelnyx } from './platforms/sms-telnyx.ts'
import { smsTwilio } from './platforms/sms-twilio.ts'
import { smsVonage } from './platforms/sms-vonage.ts'
import { telegram } from './platforms/telegram.ts'
import { whatsapp } from './platforms/whatsapp.ts'

/** Every platform that can be played. */
const platforms: readonly Platform[] = [whatsapp, messenger, line, apple, telegram, smsTwilio, smsTelnyx, smsVonage, smsKannel, webChat, inApp, byoc]

const byType = new Map(platforms.map(platform => [platform.type, platform]))

/** @param type of the connector. @returns undefined when it cannot be played */
export const platformOf = (type: string): Platform | undefined => byType.get(type)

export const playedTypes: readonly string[] = [...byType.keys()]
