import { createDecipheriv } from 'node:crypto'
import type { AttachmentPart } from '../connector.ts'
import { downloadSigned, type Download, type FileAnswer, type NoFile } from '../files.ts'
import { objectOf, type Http } from '../sending.ts'
import { jwtOf } from './jwt.ts'

/** A file as a message tells of it. It is elsewhere, encrypted with a key of its own. */
interface AppleAttachment {
  url?: unknown
  /** Hex, with a byte of zero before the 32 of the key. */
  key?: unknown
  owner?: unknown
  /** Hex. */
  signature?: unknown
  name?: unknown
  mimeType?: string
  /** Digits. */
  size?: unknown
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

/** The files of a message. Apple does not say how long it keeps them. */
export function attachmentsOf(attachments: AppleAttachment[] = []): { attachments?: AttachmentPart[] } {
  const parts = attachments.flatMap(({ url, key, owner, signature, name, mimeType, size }): AttachmentPart[] => {
    if (!text(url) || !text(key) || !text(owner) || !text(signature)) return []
    const kind = mimeType?.split('/')[0]
    return [{
      kind: kind === 'image' || kind === 'audio' || kind === 'video' ? kind : 'file', platformId: JSON.stringify({ key, owner, signature }), url: text(url)!,
      ...(mimeType && { mediaType: mimeType }), ...(text(name) && { fileName: text(name)! }), ...(/^\d{1,15}$/.test(String(size)) && { size: Number(size) }),
      expires: true,
    }]
  })
  return parts.length > 0 ? { attachments: parts } : {}
}

/**
 * In three steps: Apple tells from where, there are the encrypted bytes, and the message's key decrypts them (AES-256 in counter mode,
 * which begins at zero). https://developer.apple.com/documentation/businesschatapi/messages_sent/encrypting_an_attachment
 */
export async function fetchAttachment(
  { platformId = '', url = '' }: AttachmentPart, { mspId, businessId, secret }: { mspId: string; businessId: string; secret: string },
  { http, download, now }: { http: Http; download: Download; now: Date },
): Promise<FileAnswer | NoFile> {
  const { key, owner, signature } = JSON.parse(platformId) as { key: string; owner: string; signature: string }
  const bytes = Buffer.from(key, 'hex')
  if (bytes.length !== 33 || bytes[0] !== 0) return { failure: 'refused', detail: 'Its key is none that Muster knows' }
  const answer = await http({
    method: 'GET',
    url: 'https://mspgw.push.apple.com/v1/preDownload',
    headers: {
      authorization: `Bearer ${jwtOf({ iss: mspId, iat: Math.floor(now.getTime() / 1000) }, secret)}`,
      'source-id': businessId,
      'mmcs-url': url,
      'mmcs-signature': Buffer.from(signature, 'hex').toString('base64'),
      'mmcs-owner': owner,
    },
    body: '',
  })
  const { status } = answer
  const from = text(objectOf(answer)['download-url'])
  const detail = `Apple answered ${status}`
  if (status === 429 || status >= 500) throw new Error(detail)
  if (status !== 200 || !from) return { failure: status === 401 || status === 403 ? 'misconfigured' : status === 404 ? 'gone' : 'refused', detail }
  const file = await downloadSigned(from, download)
  return 'failure' in file || file.status !== 200 ? file : { ...file, body: decrypted(file.body, bytes.subarray(1)) }
}

async function* decrypted(body: AsyncIterable<Uint8Array>, key: Buffer): AsyncIterable<Uint8Array> {
  const decipher = createDecipheriv('aes-256-ctr', key, Buffer.alloc(16))
  for await (const chunk of body) yield decipher.update(chunk)
}
