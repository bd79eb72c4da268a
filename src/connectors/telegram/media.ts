import type { AttachmentPart } from '../connector.ts'
import type { Download, FileAnswer, NoFile } from '../files.ts'
import { isObject } from '../reading.ts'
import { objectOf, type Http } from '../sending.ts'

/** An animation is a document as well: the first that is there counts. */
const kinds: [string, AttachmentPart['kind']][] = [
  ['photo', 'image'], ['animation', 'video'], ['video', 'video'], ['video_note', 'video'], ['audio', 'audio'], ['voice', 'audio'],
  ['document', 'file'], ['sticker', 'sticker'],
]
const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

/** The file of a message; of a picture in several sizes the last, which is the largest. Telegram keeps it. */
export function attachmentsOf(message: object): { attachments?: AttachmentPart[] } {
  const fields = new Map<string, unknown>(Object.entries(message))
  const [name, kind] = kinds.find(([name]) => fields.has(name)) ?? []
  const file = name && [fields.get(name)].flat().at(-1)
  const platformId = isObject(file) && text(file.file_id)
  if (!kind || !isObject(file) || !platformId) return {}
  const mediaType = text(file.mime_type)
  const fileName = text(file.file_name)
  const size = Number.isSafeInteger(file.file_size) ? { size: Number(file.file_size) } : {}
  return { attachments: [{ kind, platformId, ...(mediaType && { mediaType }), ...(fileName && { fileName }), ...size }] }
}

/**
 * In two steps: the id leads to a path, which can be asked for during an hour at an address that holds the bot's token. Bots get no files
 * of more than 20 MB. https://core.telegram.org/bots/api#getfile
 */
export async function fetchAttachment(
  { platformId }: AttachmentPart, { botToken }: { botToken: string }, { http, download }: { http: Http; download: Download },
): Promise<FileAnswer | NoFile> {
  const answer = await http({
    method: 'POST', url: `https://api.telegram.org/bot${botToken}/getFile`, headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ file_id: platformId }),
  })
  const { result, description } = objectOf(answer)
  const path = isObject(result) && text(result.file_path)
  if (answer.status === 200 && path) return download({ url: `https://api.telegram.org/file/bot${botToken}/${encodeURI(path)}` })
  if (answer.status === 429 || answer.status >= 500) throw new Error(`Telegram answered ${answer.status}`)
  const detail = text(description) ?? `Telegram answered ${answer.status}`
  // A token that is none is 404.
  return { failure: answer.status === 401 || answer.status === 404 ? 'misconfigured' : 'refused', detail }
}
