import type { AttachmentPart } from '../connector.ts'
import { downloadSigned, type Download, type FileAnswer, type NoFile } from '../files.ts'
import type { Message } from './payload.ts'

const kinds = new Map<string, AttachmentPart['kind']>([['image', 'image'], ['audio', 'audio'], ['video', 'video'], ['file', 'file']])

/** The file of a message, which LINE has under the message's id for some time, unless whoever sent it keeps it elsewhere. */
export function attachmentsOf({ id, type, contentProvider, fileName, fileSize }: Message): { attachments?: AttachmentPart[] } {
  const kind = kinds.get(type)
  if (!kind) return {}
  const { originalContentUrl: url } = contentProvider ?? {}
  if (contentProvider?.type === 'external') return url ? { attachments: [{ kind, url, expires: true }] } : {}
  const size = fileSize === undefined ? {} : { size: fileSize }
  return { attachments: [{ kind, platformId: id, ...(fileName && { fileName }), ...size, expires: true }] }
}

/** https://developers.line.biz/en/reference/messaging-api/#get-content */
export async function fetchAttachment(
  { platformId, url }: AttachmentPart, { channelAccessToken }: { channelAccessToken?: string }, { download }: { download: Download },
): Promise<FileAnswer | NoFile> {
  if (!platformId) return downloadSigned(url ?? '', download)
  if (!channelAccessToken) return { failure: 'misconfigured', detail: 'The channel has no channel access token' }
  const answer = await download({
    url: `https://api-data.line.me/v2/bot/message/${encodeURIComponent(platformId)}/content`, headers: { authorization: `Bearer ${channelAccessToken}` },
  })
  if (answer.status !== 202) return answer
  answer.discard()
  throw new Error('LINE is still preparing the file')
}
