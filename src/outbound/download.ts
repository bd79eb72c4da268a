import { lookup } from 'node:dns/promises'
import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import { ForbiddenAddressError, type Download, type FileRequest } from '../connectors/files.ts'
import { isPublic } from './public-address.ts'

/** For the whole of it, redirections and bytes. */
const TIMEOUT_MS = 60_000
const REDIRECTIONS_MAX = 3

/** Asks the network for a file; see `Download`. */
export const download: Download = async request => {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  let current = request
  for (let redirections = 0; ; redirections++) {
    const answer = await ask(current, signal)
    const { statusCode: status = 0, headers: { location } } = answer
    if (status < 300 || status >= 400 || !location || redirections === REDIRECTIONS_MAX) {
      return { status, headers: answer.headers as Record<string, string | undefined>, body: answer, discard: () => answer.destroy() }
    }
    answer.destroy()
    current = redirected(current, location)
  }
}

/** The request that a redirection leads to. What proves us to one host is nobody else's. */
export function redirected(request: FileRequest, location: string): FileRequest {
  if (!URL.canParse(location, request.url)) throw new ForbiddenAddressError('It is redirected to no address')
  const { href: url, origin } = new URL(location, request.url)
  return origin === new URL(request.url).origin ? { ...request, url } : { ...request, url, headers: {} }
}

async function ask({ url, headers, ownHost }: FileRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const { protocol, host, hostname, username } = parsed(url)
  const isOwn = host === ownHost
  if (username || !(protocol === 'https:' || (isOwn && protocol === 'http:'))) throw new ForbiddenAddressError(`Files are asked for by https, not at ${host}`)
  const name = hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(name) ? [{ address: name, family: isIP(name) }] : await lookup(name, { all: true })
  // All of them, as any may be connected to.
  if (!isOwn && !addresses.every(({ address }) => isPublic(address))) throw new ForbiddenAddressError(`${host} is not a public address`)
  return new Promise((resolve, reject) => {
    const send = protocol === 'https:' ? requestHttps : requestHttp
    send(url, {
      headers: { 'user-agent': 'muster', 'accept-encoding': 'identity', ...headers }, signal, agent: false,
      // Exactly what was looked at is connected to: a name that is asked for again may lead elsewhere.
      lookup: (_name, options, found) => {
        if (options.all) found(null, addresses)
        else found(null, addresses[0]!.address, addresses[0]!.family)
      },
    }, resolve).on('error', reject).end()
  })
}

function parsed(url: string): URL {
  if (!URL.canParse(url)) throw new ForbiddenAddressError('Its address is none')
  return new URL(url)
}
