// A channel of one's own: people who write to an XMPP account are Muster's messaging users, and what the business says reaches them.
//
//   npm install @xmpp/client standardwebhooks
//   MUSTER_URL=https://muster.example/webhooks/ch_… MUSTER_SECRET=whsec_… \
//   XMPP_SERVICE=xmpp://chat.example XMPP_DOMAIN=chat.example XMPP_USER=shop XMPP_PASSWORD=… PORT=8090 node xmpp-connector.js
//
// The channel's delivery address is this program: http://localhost:8090/, or https behind a proxy.
import { createServer } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { client, xml } from '@xmpp/client'
import { Webhook } from 'standardwebhooks'

const { MUSTER_URL, MUSTER_SECRET, XMPP_SERVICE, XMPP_DOMAIN, XMPP_USER, XMPP_PASSWORD, PORT = '8090' } = process.env
const webhook = new Webhook(MUSTER_SECRET)
const xmpp = client({ service: XMPP_SERVICE, domain: XMPP_DOMAIN, username: XMPP_USER, password: XMPP_PASSWORD })

// --- From people to Muster ---

const RECEIPTS = 'urn:xmpp:receipts'
const typingStates = { composing: true, active: false, paused: false, inactive: false, gone: false }

xmpp.on('stanza', stanza => {
  if (!stanza.is('message') || stanza.attrs.type === 'error' || !stanza.attrs.from) return
  const [key] = stanza.attrs.from.split('/') // the same person on all their devices
  const id = stanza.attrs.id ?? crypto.randomUUID()
  const kept = stanza.getChild('delay', 'urn:xmpp:delay') // while we were away
  const event = { id: `${key}/${id}`, occurredAt: kept?.attrs.stamp ?? new Date().toISOString(), user: { key, name: key.split('@')[0] } }
  const text = stanza.getChildText('body')
  const delivered = stanza.getChild('received', RECEIPTS)
  const typing = stanza.children.map(child => typingStates[child.name]).find(state => state !== undefined)
  if (text) tell({ ...event, type: 'message.received', message: { id: event.id, text } })
  else if (delivered) tell({ ...event, type: 'message.status', status: 'delivered', message: { id: delivered.attrs.id } })
  else if (typing !== undefined) tell({ ...event, type: 'typing', isTyping: typing })
})

let told = Promise.resolve()
/** One after the other, so that everybody's messages keep their order. */
function tell(event) {
  told = told.then(() => post(event))
}

/** Until Muster has it, or says that it never will. A repetition changes nothing: Muster knows the event by its id. */
async function post(event) {
  const body = JSON.stringify({ events: [event] })
  for (let pause = 1000; ; pause = Math.min(2 * pause, 60_000)) {
    const now = new Date()
    const id = `msg_${crypto.randomUUID()}`
    const headers = {
      'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': webhook.sign(id, now, body),
    }
    const answer = await fetch(MUSTER_URL, { method: 'POST', headers, body }).catch(error => ({ status: 503, text: () => error.message }))
    if (answer.status < 300) return
    console.error(`Muster answered ${answer.status}: ${await answer.text()}`)
    if (answer.status < 500 && answer.status !== 429) return
    await wait(pause)
  }
}

// --- From Muster to people ---

/** What was delivered already: Muster sends a message again when our answer was lost. A program that restarts would keep these. */
const delivered = new Set()

const server = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString()
  const answer = (status, value) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
  let event
  try {
    event = webhook.verify(body, request.headers)
  } catch (error) {
    return answer(401, { error: error.message })
  }
  if (event.type !== 'message.send' || delivered.has(event.id)) return answer(200, {})
  if (xmpp.status !== 'online') return answer(503, { error: 'Not connected; try again' })
  const { id, user, message } = event
  await xmpp.send(xml('message', { type: 'chat', to: user.key, id }, xml('body', {}, message.text), xml('request', { xmlns: RECEIPTS })))
  delivered.add(id)
  return answer(200, {}) // without a messageId, receipts name Muster's own
})

xmpp.on('error', error => console.error(error.message)) // it connects again by itself
xmpp.on('online', async () => {
  await xmpp.send(xml('presence'))
  console.log('Connected')
})
server.listen(Number(PORT), '127.0.0.1')
await xmpp.start().catch(() => {}) // said above
