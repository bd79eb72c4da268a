import { ImportError } from './import-error.ts'

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

const refuse = (what: string) => {
  throw new ImportError('unsupported_media_type', what)
}

/**
 * What is not text at all is told by its first bytes.
 * @throws {ImportError} 415 that says what to do instead
 */
export function refuseBinary(start: Buffer): void {
  const begins = (...bytes: number[]) => bytes.every((byte, i) => start[i] === byte)
  if (begins(0x50, 0x4b, 3, 4)) refuse('This is a workbook (.xlsx) or a zip archive, not CSV. In Excel: File › Save As › CSV UTF-8 (Comma delimited). In LibreOffice: File › Save As › Text CSV')
  if (begins(0xd0, 0xcf, 0x11, 0xe0)) refuse('This is an old Excel workbook (.xls), not CSV. In Excel: File › Save As › CSV UTF-8 (Comma delimited)')
  if (begins(0x1f, 0x8b)) refuse('This file is compressed: unpack it first')
  if (begins(0x25, 0x50, 0x44, 0x46)) refuse('This is a PDF, not CSV')
}

/** Length of the byte order mark. */
export const markLength = (start: Buffer): number =>
  (start.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : ['fffe', 'feff'].includes(start.toString('hex', 0, 2)) ? 2 : 0)

/** Tells the encoding of a text while it goes by: by its mark, else by what its bytes are more often. */
export class EncodingFinder {
  #marked: Encoding | undefined
  #isFirst = true
  /** Characters of several bytes, and bytes that are none in UTF-8. */
  #many = 0
  #wrong = 0
  #missing = 0

  add(bytes: Buffer): void {
    if (this.#isFirst) this.#marked = markedEncoding(bytes)
    this.#isFirst = false
    if (this.#marked) return
    for (const byte of bytes) {
      if (this.#missing > 0) {
        if ((byte & 0xc0) === 0x80) {
          if (--this.#missing === 0) this.#many++
          continue
        }
        this.#wrong++
        this.#missing = 0
      }
      if (byte < 0x80) continue
      if (byte >= 0xc2 && byte <= 0xf4) this.#missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3
      else this.#wrong++
    }
  }

  get encoding(): Encoding {
    return this.#marked ?? (this.#wrong > this.#many ? 'windows-1252' : 'utf-8')
  }
}

function markedEncoding(start: Buffer): Encoding | undefined {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le'
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be'
  if (markLength(start) === 3) return 'utf-8'
  // Without a mark: every other byte of what is mostly Latin is zero.
  const head = start.subarray(0, 1024)
  const zeros = [0, 0]
  for (let i = 0; i < head.length; i++) if (head[i] === 0) zeros[i % 2]!++
  if (zeros[1]! > head.length / 4 && zeros[0]! < head.length / 16) return 'utf-16le'
  if (zeros[0]! > head.length / 4 && zeros[1]! < head.length / 16) return 'utf-16be'
  return undefined
}

/** A text in UTF-8, whatever it was in. */
export async function* toUtf8(source: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding)
  for await (const bytes of source) yield Buffer.from(decoder.decode(bytes, { stream: true }))
  yield Buffer.from(decoder.decode())
}

const delimiters = [',', ';', '\t', '|']

/** What separates the cells of a file, as its first line has it; and how many bytes a line `sep=;` before it takes, which Excel writes. */
export function delimiterOf(text: string): { delimiter: string; skip: number } {
  const said = /^sep=(.)\r?\n/i.exec(text)
  if (said) return { delimiter: said[1]!, skip: Buffer.byteLength(said[0]) }
  const [line = ''] = text.replaceAll(/"(?:[^"]|"")*"/g, '').split(/[\r\n]/)
  const [best = ','] = delimiters.toSorted((a, b) => line.split(b).length - line.split(a).length)
  return { delimiter: best, skip: 0 }
}
