import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectAccessible } from './accessible.ts'
import { chromiumPath, quiet } from './chromium.ts'
import { byocMessage, postByoc, startMuster, type TestMuster } from './muster.ts'
import { addOperators, signedIn } from './signed-in.ts'

// One pixel.
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

let browser: Browser
let muster: TestMuster
/** The operator's own system, which has the files. */
let system: Server
let page: Page
beforeAll(async () => {
  system = createServer((request, response) => {
    if (request.url === '/gone') response.writeHead(410)
    response.end(request.url === '/page' ? '<!doctype html><script>document.title = "taken over"</script>' : request.url === '/offer' ? '%PDF-1.7' : png)
  }).listen(0, '127.0.0.1')
  await once(system, 'listening')
  const url = `http://127.0.0.1:${(system.address() as AddressInfo).port}`
  browser = await chromium.launch({ executablePath: chromiumPath(), args: quiet })
  muster = await startMuster()
  const channel = await muster.addChannel('byoc', { deliveryUrl: `${url}/deliver` })
  const message = (id: string, more: object) => ({ ...byocMessage('ana', id), message: { id, ...more } })
  const answer = await postByoc(channel, { events: [
    message('m-1', { attachments: [{ kind: 'image', url: `${url}/picture`, fileName: 'parcel.png' }], text: 'It is broken' }),
    message('m-2', { attachments: [{ kind: 'file', url: `${url}/offer`, fileName: 'offer.pdf', size: 2345 }] }),
    message('m-3', { attachments: [{ kind: 'audio', url: `${url}/voice` }] }),
    message('m-4', { attachments: [{ kind: 'image', url: `${url}/page`, fileName: 'page.png' }] }),
    message('m-5', { attachments: [{ kind: 'image', url: `${url}/gone`, fileName: 'old.png' }] }),
    message('m-6', { type: 'location', content: { latitude: 41.89, longitude: 12.49, name: 'Colosseo' } }),
    message('m-7', { type: 'reaction', text: '👍', content: { emoji: '👍' }, replyToId: 'm-1' }),
  ] })
  if (!answer.ok) throw new Error(`The files were not taken: ${await answer.text()}`)
  await addOperators(muster, { Olga: 'agent' })
  page = await signedIn(browser, muster, 'Olga')
  await page.getByRole('row').filter({ hasText: 'ana' }).getByRole('link').first().click()
})
afterAll(async () => {
  await browser?.close()
  await muster?.stop()
  system?.close()
})

const log = () => page.getByRole('log')

test('a picture is where it was sent, with its words', async () => {
  const picture = log().getByRole('img', { name: 'parcel.png' })
  await picture.scrollIntoViewIfNeeded()
  await expect.poll(() => picture.evaluate(image => 'naturalWidth' in image && image.naturalWidth)).toBe(1)
  await log().getByRole('paragraph').filter({ hasText: 'It is broken' }).waitFor()
  await expect.poll(async () => (await muster.database.pool.query(`select 1 from attachments where state = 'stored'`)).rowCount).toBe(1)
})

test('a file is a link to save it, sound has a player, and places and reactions are in words', async () => {
  const link = log().getByRole('link', { name: 'offer.pdf' })
  await link.getByText('2.3 kB').waitFor()
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
  expect(download.suggestedFilename()).toBe('offer.pdf')
  await log().locator('audio').waitFor()
  await log().getByText('Colosseo (41.89, 12.49)').waitFor()
  await log().getByText('Reacted with 👍').waitFor()
})

test('what cannot be had says why, and a page that is called a picture is none', async () => {
  for (const name of ['page.png', 'old.png']) await log().getByText(name).scrollIntoViewIfNeeded()
  await log().getByText('It is of a kind that Muster does not keep').waitFor()
  await log().getByText('The platform has it no more').waitFor()
  expect(await page.title()).not.toBe('taken over')
  await expectAccessible(page)
})
