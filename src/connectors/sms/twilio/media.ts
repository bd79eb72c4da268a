import type { AttachmentPart } from '../../connector.ts'
import type { Download, FileAnswer, NoFile } from '../../files.ts'

/** Twilio's own, in any of its regions: the auth token goes nowhere else. */
const OWN = /^https:\/\/api(?:\.[a-z0-9-]+){0,2}\.twilio\.com\//

/**
 * Twilio keeps it until somebody deletes it there. The address of the media resource leads on to one that is signed for some hours.
 * https://www.twilio.com/docs/messaging/api/media-resource
 */
export async function fetchAttachment(
  { url = '' }: AttachmentPart, { accountSid, authToken }: { accountSid: string; authToken: string }, { download }: { download: Download },
): Promise<FileAnswer | NoFile> {
  if (!OWN.test(url)) return { failure: 'refused', detail: 'Its address is not one of Twilio’s' }
  return download({ url, headers: { authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}` } })
}
