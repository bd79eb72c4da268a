/** Why something cannot be imported, for whoever asked for it. */
export class ImportError extends Error {
  override name = 'ImportError'
  readonly code: 'bad_request' | 'unsupported_media_type' | 'conflict' | 'not_found' | 'too_large'

  constructor(code: ImportError['code'], message: string) {
    super(message)
    this.code = code
  }
}
