import type { AttachmentPart } from '../../connector.ts'
import type { Download, FileAnswer, NoFile } from '../../files.ts'

/**
 * For 48 hours the address is all it takes, unless the application has *Secure inbound media* on: that takes a token made with the
 * application's private key. https://developer.vonage.com/messages/concepts/secure-inbound-media
 */
export async function fetchAttachment(
  { url = '' }: AttachmentPart, _config: object, { download }: { download: Download },
): Promise<FileAnswer | NoFile> {
  const answer = await download({ url })
  if (answer.status !== 401) return answer
  answer.discard()
  return { failure: 'misconfigured', detail: 'Vonage keeps it from Muster: in the application, switch “Secure inbound media” off' }
}
