import { useState } from 'react'
import { IconFile, IconFileOff } from '@tabler/icons-react'
import type { Attachment } from '../../../src/contract/attachments.ts'
import { formatSize } from '../parts/content-words.ts'

/** The files of a message: pictures, sound and film where they are, everything else to save. */
export function Attachments({ attachments }: { attachments: Attachment[] }) {
  return attachments.map((attachment) => <File key={attachment.id} attachment={attachment} />)
}

const kindWords: Record<Attachment['kind'], string> = { image: 'Picture', audio: 'Sound', video: 'Film', file: 'File', sticker: 'Sticker' }

function File({ attachment }: { attachment: Attachment }) {
  // What did not load can be had as a link, which says why.
  const [failed, setFailed] = useState(false)
  const { kind, mediaType, state } = attachment
  if (state !== 'Waiting' && state !== 'Stored') return <Absent attachment={attachment} />
  const name = attachment.fileName ?? kindWords[kind]
  const address = `/api/v1/attachments/${attachment.id}/content`
  const shown = shownAs(kind, state === 'Stored' ? mediaType : null)
  if (failed || shown === undefined) {
    return (
      <a className="attachment" href={address} target="_blank" rel="noreferrer">
        <IconFile size={17} aria-hidden /> <bdi className="wrap-any">{name}</bdi>{' '}
        {attachment.size !== null && <small className="dim">{formatSize(attachment.size)}</small>}
      </a>
    )
  }
  const onError = () => setFailed(true)
  if (shown === 'image') {
    return (
      <a className="attachment" href={address} target="_blank" rel="noreferrer" aria-label={`Open ${name}`}>
        <img src={address} alt={name} loading="lazy" data-sticker={kind === 'sticker' || undefined} onError={onError} />
      </a>
    )
  }
  // Fetched when it is played: nobody hears everything.
  const player = { className: 'attachment', src: address, controls: true, preload: 'none', 'aria-label': name, onError }
  return shown === 'audio' ? <audio {...player} /> : <video {...player} />
}

/** Until a file is here, what its platform says of it must do; then its own bytes decide. */
function shownAs(kind: Attachment['kind'], mediaType: string | null): 'image' | 'audio' | 'video' | undefined {
  const family = mediaType?.split('/')[0]
  if (mediaType !== null && mediaType !== 'image/heic' && (family === 'image' || family === 'audio' || family === 'video')) return family
  if (mediaType !== null || kind === 'file') return undefined
  return kind === 'sticker' ? 'image' : kind
}

function Absent({ attachment: { kind, fileName, reason } }: { attachment: Attachment }) {
  return (
    <span className="attachment dim">
      <IconFileOff size={17} aria-hidden />
      <span>
        <bdi className="wrap-any">{fileName ?? kindWords[kind]}</bdi>: {reason ?? 'not available'}
      </span>
    </span>
  )
}
