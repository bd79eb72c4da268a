import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seedPeople } from '../src/record/seed.ts'
import { byocMessage, postByoc, startMuster, type TestMuster } from './muster.ts'
import { expectAccessible } from './accessible.ts'
import { chromiumPath, quiet } from './chromium.ts'


let browser: Browser
let muster: TestMuster
let page: Page
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: chromiumPath(), args: quiet })
  muster = await startMuster({}, { signIn: false })
  page = await browser.newPage({ viewport: { width: 1360, height: 850 } })
  page.setDefaultTimeout(15_000)
})
afterAll(async () => {
  await browser?.close()
  await muster?.stop()
})

test('from the one-time link to a conversation on the page, as a new user goes', async () => {
  await page.goto(muster.server.signInLink!)
  await page.getByLabel('Name').fill('Ada Admin')
  await page.getByLabel('E-mail').fill('ada@example.com')
  await page.getByRole('textbox', { name: 'Password' }).first().fill('correct horse battery staple')
  await expectAccessible(page)
  await page.locator('button[type=submit]').click()
  await page.getByRole('link', { name: 'Channels' }).click()

  await page.getByRole('link', { name: /web chat/i }).or(page.getByRole('button', { name: /web chat/i })).first().click()
  await page.getByLabel('Name').fill('Website')
  await expectAccessible(page)
  await page.locator('button[type=submit]').click()
  await page.getByRole('heading', { name: /Website/ }).waitFor()
  await expectAccessible(page)
  const demoLink = await page.locator('a[href*="/chat/demo/"]').first().getAttribute('href')
  await page.getByRole('link', { name: 'Messaging users' }).click()
  await expectAccessible(page)

  const visitor = await browser.newPage({ viewport: { width: 1100, height: 800 } })
  await visitor.goto(new URL(demoLink!, muster.server.url).href)
  await visitor.getByPlaceholder('Write a message').fill('Where is my parcel? 📦')
  await visitor.keyboard.press('Enter')

  // Nobody reloads the console: the new record is there by itself.
  const row = page.getByRole('row').filter({ hasText: 'Website' })
  await row.first().waitFor()
  await row.first().getByRole('link').first().click()
  await page.getByText('Where is my parcel? 📦').first().waitFor()
  await visitor.getByPlaceholder('Write a message').fill('It was due yesterday')
  await visitor.keyboard.press('Enter')
  await page.getByText('It was due yesterday').first().waitFor()
  await expectAccessible(page)

  // The guest is the same after a reload, and so is the record.
  await visitor.reload()
  await visitor.getByText('It was due yesterday').waitFor()
  await visitor.getByPlaceholder('Write a message').fill('Hello again')
  await visitor.keyboard.press('Enter')
  await page.getByText('Hello again').first().waitFor()
  const { rows } = await muster.database.pool.query('select message_count, session_count from messaging_user_activity')
  expect(rows).toEqual([{ message_count: 3, session_count: 1 }])

  // The guest sees that somebody is writing, until the answer is there.
  await page.getByRole('textbox', { name: 'Message', exact: true }).pressSequentially('It leaves')
  await visitor.getByText('An answer is being written…').waitFor()
  await expectAccessible(visitor)
  await page.keyboard.type(' today')
  await page.keyboard.press('Control+Enter')
  await visitor.getByText('It leaves today').waitFor()
  await visitor.getByText('An answer is being written…').waitFor({ state: 'hidden' })
  await visitor.close()
})

test('sign-out ends the session; e-mail and password begin a new one, and a wrong password does not', async () => {
  await page.goto(`${muster.server.url}/`)
  await page.getByRole('button', { name: /Ada Admin/ }).click()
  await page.getByRole('menuitem', { name: /sign out/i }).click()
  await page.getByLabel('E-mail').fill('ada@example.com')
  await page.getByRole('textbox', { name: 'Password' }).fill('wrong wrong wrong')
  await page.locator('button[type=submit]').click()
  await page.getByRole('alert').waitFor()
  expect((await page.request.get(`${muster.server.url}/api/v1/me`)).status()).toBe(401)
  await page.getByRole('textbox', { name: 'Password' }).fill('correct horse battery staple')
  await page.locator('button[type=submit]').click()
  await page.getByRole('link', { name: 'Messaging users' }).waitFor()
  expect((await page.request.get(`${muster.server.url}/api/v1/me`)).status()).toBe(200)
})

test('a channel of one’s own, searched and filtered in the live list', async () => {
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  const answer = await fetch(`${muster.server.url}/api/v1/channels`, {
    method: 'POST', headers: { cookie, origin: muster.server.url, 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'byoc', name: 'Own channel', config: {} }),
  })
  const channel = await answer.json() as Parameters<typeof postByoc>[0]
  const events = Array.from({ length: 120 }, (_, n) => ({
    ...byocMessage(`+4930${1000 + n}`, `m${n}`, { name: n === 60 ? 'Zoë Müller-Lüdenscheidt' : `Person ${n}` }),
    occurredAt: new Date(Date.now() - (120 - n) * 1000).toISOString(),
  }))
  expect((await postByoc(channel, { events })).status).toBe(200)
  await page.goto(`${muster.server.url}/messaging-users`)
  await page.getByText('Person 119').first().waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('zoë')
  await page.getByText('Zoë Müller-Lüdenscheidt').first().waitFor()
  await expect.poll(() => page.getByText('Person 119').count()).toBe(0)
  expect(page.url()).toContain('q=')
  await page.reload()
  await page.getByText('Zoë Müller-Lüdenscheidt').first().waitFor()
})

test.each(['messaging-users', 'sessions'])('on a laptop every column of /%s is to be seen', async (list) => {
  await seedPeople(muster.database.pool, 100, () => {})
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.goto(`${muster.server.url}/${list}?q=4915`)
  await page.locator('.table-scroll').getByText(/^Made-up people \d$/).first().waitFor()
  const beyond = await page.locator('.table-scroll').evaluate(element => element.scrollWidth - element.clientWidth)
  expect(beyond).toBe(0)
})

test('the chat on a page of another origin', async () => {
  const { items } = await (await fetch(`${muster.server.url}/api/v1/channels`, {
    headers: { cookie: (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ') },
  })).json() as { items: { id: string; type: string }[] }
  const channelId = items.find(one => one.type === 'web-chat')!.id
  const shop: Server = createServer((_request, response) => response.setHeader('content-type', 'text/html; charset=utf-8').end(
    `<!doctype html><div data-muster-chat="${channelId}" style="height: 500px"></div><script type="module" src="${muster.server.url}/chat/chat.js"></script>`))
  await new Promise<void>(resolve => shop.listen(0, '127.0.0.1', resolve))
  const visitor = await browser.newPage()
  await visitor.goto(`http://127.0.0.1:${(shop.address() as AddressInfo).port}/`)
  await visitor.getByPlaceholder('Write a message').fill('From another site')
  await visitor.keyboard.press('Enter')
  await page.goto(`${muster.server.url}/messaging-users`)
  await expect.poll(async () => (await muster.database.pool.query(`select 1 from messages where text = 'From another site'`)).rowCount).toBe(1)
  await visitor.close()
  shop.close()
})
