/** A request for the bytes of a file. */
export interface FileRequest {
  url: string
  headers?: Record<string, string>
  /** Host, and port where one is given, that the operator named and that may therefore be on this machine or its network. */
  ownHost?: string
}

export interface FileAnswer {
  status: number
  /** Names in lower case. */
  headers: Record<string, string | undefined>
  body: AsyncIterable<Uint8Array>
  /** Ends the request, for whoever does not read the body to its end. */
  discard(): void
}

/**
 * Asks for a file. Only https and public addresses are asked, apart from `ownHost`; redirections are followed, without the headers when
 * they lead to another origin.
 * @throws {ForbiddenAddressError} @throws {Error} when there is no answer
 */
export type Download = (request: FileRequest) => Promise<FileAnswer>

/** The address is not one that a platform has its files at: asking it would let strangers reach what only Muster can reach. */
export class ForbiddenAddressError extends Error {
  override name = 'ForbiddenAddressError'
}

/**
 * Why there is no file. `gone`: the platform has it no more; `refused`: it never gives it; `misconfigured`: it would, with other
 * settings of the channel.
 */
export interface NoFile {
  failure: 'gone' | 'refused' | 'misconfigured'
  /** For the operator. */
  detail: string
}

/**
 * Asks for a file whose address is all the permission it takes. What is refused is past its time: the address lives for a while only.
 * @throws what `download` throws
 */
export async function downloadSigned(url: string, download: Download): Promise<FileAnswer | NoFile> {
  const answer = await download({ url })
  if (answer.status !== 401 && answer.status !== 403) return answer
  answer.discard()
  return { failure: 'gone', detail: `Its address is no longer valid (the platform answered ${answer.status})` }
}
