import { gzipSync } from 'node:zlib'
import { inventedBase64, inventedHex } from '../invented.ts'
import { jwt } from '../jwt.ts'
import { nowhere, type Act, type Platform, type PlayedChannel, type WireRequest } from '../platform.ts'
import { epoch, uuidOf } from '../wire.ts'

/** Apple Messages for Business. https://register.apple.com/resources/messages/msp-rest-api */
export const apple: Platform = {
  type: 'apple',
  acts: ['says', 'leaves'],
  invent: () => ({ mspId: uuidOf(inventedHex(32)), businessId: uuidOf(inventedHex(32)), secret: inventedBase64(32) }),
  request,
  ofOutgoing: nowhere,
}

function request(act: Act, channel: PlayedChannel, now: Date): WireRequest {
  const { mspId, businessId, secret } = channel.config as Record<string, string>
  const { person } = act
  const id = uuidOf(act.id)
  const sourceId = `urn:mbid:AQAAY${Buffer.from(person.id, 'hex').toString('base64')}`
  const said = act.kind === 'says' ? { type: 'text', body: act.text } : { type: 'close' }
  const body = { v: 1, id, ...said, sourceId, destinationId: businessId, locale: `${person.language}_${person.country}` }
  return {
    method: 'POST', path: `/webhooks/${channel.id}`, body: gzipSync(JSON.stringify(body)),
    headers: {
      authorization: `Bearer ${jwt({ aud: mspId, iat: epoch(now) }, Buffer.from(secret!, 'base64'))}`,
      'content-type': 'application/json', 'content-encoding': 'gzip', id, 'source-id': sourceId, 'destination-id': businessId!,
      'capability-list': 'AUTH,LIST,TIME,QUICK', 'device-agent': 'iPhone OS',
    },
  }
}
