const SVG_OR_MARKUP = /^\s*(?:<\?xml|<!--|<!doctype|<(?:html|head|body|script|svg|iframe|style|meta|title|div|a|p)\b)/i
const CONTROL = /[^\P{Cc}\s]/u
const ISO_MEDIA_AUDIO = new Set(['M4A ', 'M4B '])
const ISO_MEDIA_IMAGE = new Set(['heic', 'heix', 'mif1', 'msf1', 'avif'])
/** Files that are ZIP archives inside and have a name of their own. */
const ZIPPED = /^application\/(?:vnd\.openxmlformats-officedocument\.(?:wordprocessingml\.document|spreadsheetml\.sheet|presentationml\.presentation)|vnd\.oasis\.opendocument\.(?:text|spreadsheet|presentation)|vnd\.apple\.(?:pkpass|pages|numbers|keynote)|epub\+zip)$/
/** The older office files: one format inside. */
const COMPOUND = /^application\/(?:msword|vnd\.ms-excel|vnd\.ms-powerpoint|vnd\.ms-outlook)$/
const TEXTS = /^text\/(?:plain|csv|vcard|x-vcard|calendar|directory)$/

/** How a file begins, and what it is then. */
const signatures: [RegExp, string][] = [
  [/^\xff\xd8\xff/, 'image/jpeg'],
  [/^\x89PNG\r\n/, 'image/png'],
  [/^GIF8[79]a/, 'image/gif'],
  [/^RIFF[^]{4}WEBP/, 'image/webp'],
  [/^RIFF[^]{4}WAVE/, 'audio/wav'],
  [/^OggS/, 'audio/ogg'],
  [/^#!AMR/, 'audio/amr'],
  [/^fLaC/, 'audio/flac'],
  [/^(?:ID3|\xff[\xfb\xfa\xf3\xf2])/, 'audio/mpeg'],
  [/^\xff[\xf1\xf9]/, 'audio/aac'],
  [/^.E\xdf\xa3/, 'video/webm'],
  [/^%PDF-/, 'application/pdf'],
  [/^\{\\rtf/, 'application/rtf'],
]

/**
 * What a file is by its first bytes; of the types that look alike inside (office documents, texts), as `declared` says.
 * @param declared MIME type that the platform gives
 * @returns undefined for what is not on the list: pages, drawings with scripts, programs and whatever else is not known
 */
export function fileType(bytes: Buffer, declared: string | null): string | undefined {
  const start = bytes.toString('latin1', 0, 64)
  const known = signatures.find(([pattern]) => pattern.test(start))?.[1]
  if (known) return known
  const said = declared?.split(';')[0]!.trim().toLowerCase() ?? ''
  if (start.startsWith('ftyp', 4)) return isoMedia(start.slice(8, 12), said)
  if (start.startsWith('PK\x03\x04')) return ZIPPED.test(said) ? said : 'application/zip'
  if (start.startsWith('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')) return COMPOUND.test(said) ? said : undefined
  return isText(bytes) ? (TEXTS.test(said) ? said : 'text/plain') : undefined
}

function isoMedia(brand: string, said: string): string {
  if (ISO_MEDIA_IMAGE.has(brand)) return brand === 'avif' ? 'image/avif' : 'image/heic'
  if (ISO_MEDIA_AUDIO.has(brand) || said.startsWith('audio/')) return 'audio/mp4'
  if (brand.startsWith('3g')) return 'video/3gpp'
  return brand === 'qt  ' ? 'video/quicktime' : 'video/mp4'
}

/** UTF-8 that no browser takes for a page. */
function isText(bytes: Buffer): boolean {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return false
  }
  return !CONTROL.test(text) && !SVG_OR_MARKUP.test(text)
}

/** What a browser may show by itself: media that hold no script. Everything else is for saving. */
export const isShown = (mediaType: string): boolean => /^(?:image\/(?:jpeg|png|gif|webp|avif)|audio\/[\w-]+|video\/[\w-]+)$/.test(mediaType)
