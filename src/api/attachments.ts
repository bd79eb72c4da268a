import type { FastifyReply } from 'fastify'
import { AttachmentId, type Attachment } from '../contract/attachments.ts'
import { Strict } from '../contract/common.ts'
import { toTypeId, toUuid } from '../ids.ts'
import { AttachmentUnavailableError } from '../outbound/attachments.ts'
import { isShown } from '../outbound/file-type.ts'
import type { Api, ApiDeps } from './app.ts'
import { ApiError, notFound } from './errors.ts'

/** Files of people: nothing in them may run as if it were Muster's own page. */
const sandbox = { 'content-security-policy': "sandbox; default-src 'none'", 'cross-origin-resource-policy': 'same-origin', 'accept-ranges': 'bytes' }

export function attachmentRoutes(api: Api, { attachments }: Pick<ApiDeps, 'attachments'>): void {
  api.get('/attachments/:id/content', {
    config: { access: { role: 'viewer', scope: 'messaging-users:read' } },
    schema: {
      tags: ['messages'], summary: 'Read a file that came with a message', params: Strict({ id: AttachmentId }),
      description: 'The first to open it has it fetched from the platform. Pictures, sound and film come as what they are, everything else is for '
        + 'saving. 404 with the reason when there is no file (any more), 409 when it is too large or of a kind that is not kept, 503 when the '
        + 'platform does not give it now. One range of bytes can be asked for.',
      response: { 200: { description: 'The file', content: { '*/*': { schema: { type: 'string', format: 'binary' } } } } },
    },
  }, async ({ params: { id }, headers: { range } }, reply) => {
    const opened = await attachments.open(toUuid(id)).catch(error => {
      throw error instanceof AttachmentUnavailableError ? new ApiError('unavailable', error.message) : error
    })
    if (!opened) throw notFound('attachment', id)
    const { attachment: { state, reason, part }, bytes } = opened
    if (!bytes) throw new ApiError(state === 'gone' ? 'not_found' : 'conflict', reason ?? 'There is no file')
    const mediaType = part.mediaType ?? 'application/octet-stream'
    reply.headers({ ...sandbox, 'content-disposition': dispositionOf(mediaType, part.fileName ?? `${part.kind}-${id.slice(-6)}`) })
    reply.type(mediaType.startsWith('text/') ? `${mediaType}; charset=utf-8` : mediaType)
    return sendRange(reply, bytes, range)
  })
}

function dispositionOf(mediaType: string, fileName: string): string {
  const name = `filename*=UTF-8''${encodeURIComponent(fileName.toWellFormed()).replace(/['()*]/g, char => `%${char.charCodeAt(0).toString(16)}`)}`
  return `${isShown(mediaType) ? 'inline' : 'attachment'}; ${name}`
}

/** Browsers play film in parts; a range that makes no sense to us gets all of it, as RFC 9110 allows. */
function sendRange(reply: FastifyReply, bytes: Buffer, range: string | undefined): FastifyReply {
  const [, from, to] = /^bytes=(\d{1,12})-(\d{0,12})$/.exec(range ?? '') ?? []
  if (from === undefined) return reply.send(bytes)
  const start = Number(from)
  const end = Math.min(to ? Number(to) : Infinity, bytes.length - 1)
  if (start > end) return reply.code(416).header('content-range', `bytes */${bytes.length}`).send(Buffer.alloc(0))
  return reply.code(206).header('content-range', `bytes ${start}-${end}/${bytes.length}`).send(bytes.subarray(start, end + 1))
}

export interface AttachmentRow {
  id: string
  kind: Attachment['kind']
  media_type: string | null
  file_name: string | null
  size: number | null
  state: keyof typeof states
  reason: string | null
}

const states = { waiting: 'Waiting', stored: 'Stored', too_large: 'TooLarge', refused: 'Refused', gone: 'Gone' } as const

/** SQL: the attachments of the message `t`, as rows in JSON; null when there are none. */
export const attachmentsOf = `(
  select jsonb_agg(a order by a.position) from attachments a where a.messaging_user_id = t.messaging_user_id and a.message_id = t.id
) as attachments`

export const showAttachment = (row: AttachmentRow): Attachment => ({
  id: toTypeId('att', row.id),
  kind: row.kind,
  mediaType: row.media_type,
  fileName: row.file_name,
  size: row.size,
  state: states[row.state],
  reason: row.reason,
})
