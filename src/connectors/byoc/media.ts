import type { AttachmentPart } from '../connector.ts'
import type { Download, FileAnswer, NoFile } from '../files.ts'

/** The operator's own system may be on this machine or its network; whoever else is named in an address may not. */
export async function fetchAttachment(
  { url = '' }: AttachmentPart, { deliveryUrl }: { deliveryUrl?: string }, { download }: { download: Download },
): Promise<FileAnswer | NoFile> {
  return download({ url, ...(deliveryUrl && URL.canParse(deliveryUrl) && { ownHost: new URL(deliveryUrl).host }) })
}
