import type { AttachmentPart } from '../../connector.ts'
import { downloadSigned, type Download, type FileAnswer, type NoFile } from '../../files.ts'

/** The addresses of an MMS need no key, and live for a while. https://developers.telnyx.com/docs/messaging/messages/send-receive-mms */
export async function fetchAttachment(
  { url = '' }: AttachmentPart, _config: object, { download }: { download: Download },
): Promise<FileAnswer | NoFile> {
  return downloadSigned(url, download)
}
