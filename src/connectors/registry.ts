import { readFileSync } from 'node:fs'
import { apple } from './apple/apple.ts'
import { byoc } from './byoc/byoc.ts'
import type { Connector } from './connector.ts'
import { inApp } from './in-app/in-app.ts'
import { line } from './line/line.ts'
import { messenger } from './messenger/messenger.ts'
import { kannel } from './sms/kannel/kannel.ts'
import { telnyx } from './sms/telnyx/telnyx.ts'
import { twilio } from './sms/twilio/twilio.ts'
import { vonage } from './sms/vonage/vonage.ts'
import { telegram } from './telegram/telegram.ts'
import { webChat } from './web-chat/web-chat.ts'
import { whatsapp } from './whatsapp/whatsapp.ts'

export interface RegistryEntry {
  connector: Connector
  /** For the operator, in Markdown; `{{webhookUrl}}` stands for the channel’s address. */
  setupNotes: string
  /** SVG. */
  icon: string
}

/** Every platform Muster knows, in the order the console offers them. Adding one is a folder and a line here. */
export const registry: readonly RegistryEntry[] = [
  entry(whatsapp, 'whatsapp'),
  entry(messenger, 'messenger'),
  entry(line, 'line'),
  entry(apple, 'apple'),
  entry(telegram, 'telegram'),
  entry(twilio, 'sms/twilio'),
  entry(telnyx, 'sms/telnyx'),
  entry(vonage, 'sms/vonage'),
  entry(kannel, 'sms/kannel'),
  entry(webChat, 'web-chat'),
  entry(inApp, 'in-app'),
  entry(byoc, 'byoc'),
]

const byType = new Map(registry.map(({ connector }) => [connector.type, connector]))

/** @returns undefined when no connector has that type. */
export function connectorOf(type: string): Connector | undefined {
  return byType.get(type)
}

function entry(connector: Connector, folder: string): RegistryEntry {
  const read = (file: string) => readFileSync(new URL(`./${folder}/${file}`, import.meta.url), 'utf8')
  return { connector, setupNotes: read('setup.md'), icon: read('icon.svg') }
}
