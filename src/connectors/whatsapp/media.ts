import type { AttachmentPart } from '../connector.ts'
import type { Download, FileAnswer, NoFile } from '../files.ts'
import { isObject } from '../reading.ts'
import { objectOf, type Http } from '../sending.ts'
import { API } from './send.ts'

const kinds = new Map<string, AttachmentPart['kind']>([
  ['image', 'image'], ['audio', 'audio'], ['video', 'video'], ['document', 'file'], ['sticker', 'sticker'],
])
const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

/** The file of a message, which is under the name of its type. Meta keeps it for some days to weeks. */
export function attachmentsOf(item: { type: string } & Record<string, unknown>): { attachments?: AttachmentPart[] } {
  const kind = kinds.get(item.type)
  const media = item[item.type]
  const platformId = isObject(media) && text(media.id)
  if (!kind || !isObject(media) || !platformId) return {}
  const mediaType = text(media.mime_type)
  const fileName = text(media.filename)
  return { attachments: [{ kind, platformId, ...(mediaType && { mediaType }), ...(fileName && { fileName }), expires: true }] }
}

/** Meta's codes for an access token that does not do. */
const TOKEN_CODES = new Set([0, 3, 10, 102, 190, 200])

/**
 * In two steps: the id leads to an address that lives for minutes, and that wants the token again.
 * https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media
 */
export async function fetchAttachment(
  { platformId }: AttachmentPart, config: { accessToken?: string; phoneNumberId: string }, { http, download }: { http: Http; download: Download },
): Promise<FileAnswer | NoFile> {
  if (!config.accessToken) return { failure: 'misconfigured', detail: 'The channel has no access token' }
  const headers = { authorization: `Bearer ${config.accessToken}` }
  const query = new URLSearchParams({ phone_number_id: config.phoneNumberId })
  const answer = await http({ method: 'GET', url: `${API}/${encodeURIComponent(platformId ?? '')}?${query}`, headers, body: '' })
  const { url, error } = objectOf(answer)
  if (answer.status === 200 && typeof url === 'string') return download({ url, headers })
  if (answer.status === 429 || answer.status >= 500) throw new Error(`Meta answered ${answer.status}`)
  const { code, message } = isObject(error) ? error : {}
  const detail = typeof message === 'string' ? message : `Meta answered ${answer.status}`
  if (answer.status === 401 || TOKEN_CODES.has(Number(code))) return { failure: 'misconfigured', detail }
  // An id that is not there (any more) is code 100, with 400 or 404.
  return { failure: answer.status === 404 || Number(code) === 100 ? 'gone' : 'refused', detail }
}
