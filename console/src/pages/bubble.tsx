import { Code } from '@mantine/core'
import {
  IconAlertCircle,
  IconCheck,
  IconChecks,
  IconClock,
  IconFile,
  IconForms,
  IconMapPin,
  IconMicrophone,
  IconMoodSmile,
  IconPaperclip,
  IconPhoto,
  IconRobot,
  IconSticker2,
  IconUser,
  IconVideo,
  type Icon,
} from '@tabler/icons-react'
import type { Message } from '../../../src/contract/sessions.ts'
import { contentInWords } from '../parts/content-words.ts'
import { formatClock, formatExact, humanise } from '../parts/format.ts'
import { Attachments } from './attachments.tsx'

const typeIcons: Record<string, Icon> = {
  image: IconPhoto,
  audio: IconMicrophone,
  video: IconVideo,
  document: IconFile,
  sticker: IconSticker2,
  location: IconMapPin,
  contacts: IconUser,
  reaction: IconMoodSmile,
  interactive: IconForms,
}

interface BubbleProps {
  message: Message
  repliesTo: Message | undefined
  /** Did the reader come for this one? */
  current: boolean
}

export function Bubble({ message, repliesTo, current }: BubbleProps) {
  const deleted = message.deletedAt !== null
  const automatic = automaticWords[message.sender]
  return (
    <div
      className="bubble-row"
      data-direction={message.direction}
      data-place={message.id}
      data-current={current || undefined}
    >
      <article
        className="bubble"
        data-failed={message.failedAt ? true : undefined}
        data-deleted={deleted || undefined}
        data-automatic={automatic ? true : undefined}
        aria-label={spoken(message)}
      >
        {automatic && (
          <small className="automatic">
            <IconRobot size={13} aria-hidden /> {automatic}
          </small>
        )}
        {message.replyToPlatformMessageId && (
          <blockquote dir="auto">{repliesTo ? gist(repliesTo) : 'An earlier message'}</blockquote>
        )}
        {deleted && <em className="dim">Deleted by its sender</em>}
        {message.type !== 'text' && message.attachments.length === 0 && <Part message={message} />}
        {!deleted && <Attachments attachments={message.attachments} />}
        {message.text && message.type !== 'reaction' && <p dir="auto">{message.text}</p>}
        <footer>
          {message.editedAt && !deleted && <span title={formatExact(message.editedAt)}>edited</span>}
          <time dateTime={message.sentAt} title={timesOf(message)}>
            {formatClock(message.sentAt)}
          </time>
          {message.direction === 'outbound' && <Delivery message={message} />}
        </footer>
      </article>
      {message.failedAt && (
        <small className="failure">
          <IconAlertCircle size={13} aria-hidden /> Not delivered{message.failure && `: ${message.failure}`}
        </small>
      )}
    </div>
  )
}

/** Nobody at the business typed it. */
const automaticWords: Partial<Record<Message['sender'], string>> = { System: 'Automatic reply of Muster', Bot: 'Sent by a program' }

const spoken = ({ direction, sentAt }: Message) => `${direction === 'inbound' ? 'Received' : 'Sent'} ${formatExact(sentAt)}`
const gist = ({ text, type }: Message) => text ?? humanise(type)

/** Everything the record knows about when. */
function timesOf(message: Message): string {
  const times: [string, string | null][] = [
    ['Sent', message.sentAt],
    ['Recorded', message.receivedAt],
    ['Taken by the platform', message.acceptedAt],
    ['Delivered', message.deliveredAt],
    ['Read', message.readAt],
    ['Failed', message.failedAt],
    ['Edited', message.editedAt],
    ['Deleted', message.deletedAt],
  ]
  return times
    .filter(([, at]) => at)
    .map(([word, at]) => `${word} ${formatExact(at!)}`)
    .join('\n')
}

function Delivery({ message }: { message: Message }) {
  if (message.failedAt) return <IconAlertCircle size={14} className="failed" role="img" aria-label="Failed" />
  if (message.readAt) return <IconChecks size={15} className="read" role="img" aria-label="Read" />
  if (message.deliveredAt) return <IconChecks size={15} role="img" aria-label="Delivered" />
  if (message.acceptedAt || message.platformMessageId) return <IconCheck size={15} role="img" aria-label="Sent" />
  return <IconClock size={13} role="img" aria-label="Waiting to be sent" />
}

/** What is not plain text: its kind, a name if it has one, and on demand all the platform said about it. */
function Part({ message: { type, content, text, deletedAt } }: { message: Message }) {
  const PartIcon = typeIcons[type] ?? IconPaperclip
  const label = (
    <span className="part">
      <PartIcon size={17} aria-hidden /> <b>{humanise(type)}</b> <bdi className="wrap-any">{(!deletedAt && contentInWords(type, content, text)) || labelOf(content)}</bdi>
    </span>
  )
  if (content === null || content === undefined) return label
  return (
    <details className="part-details">
      <summary>{label}</summary>
      <Code block tabIndex={0}>
        {JSON.stringify(content, null, 2)}
      </Code>
    </details>
  )
}

const namingFields = [
  'filename',
  'fileName',
  'name',
  'title',
  'emoji',
  'address',
  'mime_type',
  'mimeType',
  'contentType',
]

/** The first thing in the content that a person would call it by; platforms nest it up to two levels deep. */
function labelOf(content: unknown, depth = 2): string {
  if (typeof content !== 'object' || content === null) return ''
  const fields = content as Record<string, unknown>
  const named = namingFields.map((name) => fields[name]).find((value) => typeof value === 'string' && value !== '')
  if (typeof named === 'string') return named
  if (depth === 0) return ''
  return (
    Object.values(fields)
      .map((value) => labelOf(value, depth - 1))
      .find(Boolean) ?? ''
  )
}
