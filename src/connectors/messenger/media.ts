import type { AttachmentPart } from '../connector.ts'
import { downloadSigned, type Download, type FileAnswer, type NoFile } from '../files.ts'
import type { Message } from './payload.ts'

const kinds = new Map<string, AttachmentPart['kind']>([
  ['image', 'image'], ['audio', 'audio'], ['video', 'video'], ['file', 'file'], ['sticker', 'sticker'],
])

/** The files of a message, at addresses that live for a while. Links and reels are no files. Older stickers are images with a number. */
export function attachmentsOf({ attachments = [] }: Message): { attachments?: AttachmentPart[] } {
  const parts = attachments.flatMap(({ type, payload }): AttachmentPart[] => {
    const kind = payload?.sticker_id ? 'sticker' : kinds.get(type)
    const url = payload?.url
    return kind && typeof url === 'string' && url ? [{ kind, url, expires: true }] : []
  })
  return parts.length > 0 ? { attachments: parts } : {}
}

/**
 * Meta signs the addresses: whoever has one needs no token.
 * https://developers.facebook.com/docs/messenger-platform/reference/webhook-events/messages
 */
export async function fetchAttachment(
  { url = '' }: AttachmentPart, _config: object, { download }: { download: Download },
): Promise<FileAnswer | NoFile> {
  return downloadSigned(url, download)
}
