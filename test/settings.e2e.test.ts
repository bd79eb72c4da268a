import { chromium, type Browser, type Locator, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ChannelCreated } from '../src/contract/channels.ts'
import { expectAccessible } from './accessible.ts'
import { chromiumPath, quiet } from './chromium.ts'
import { byocMessage, postByoc, startMuster, type TestMuster } from './muster.ts'

let browser: Browser
let muster: TestMuster
let page: Page
let channel: ChannelCreated
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: chromiumPath(), args: quiet })
  muster = await startMuster({}, { signIn: false })
  page = await browser.newPage({ viewport: { width: 1360, height: 850 } })
  page.setDefaultTimeout(15_000)
  await page.goto(muster.server.signInLink!)
  await page.getByLabel('Name').fill('Ada Admin')
  await page.getByLabel('E-mail').fill('ada@example.com')
  await page.getByRole('textbox', { name: 'Password' }).first().fill('correct horse battery staple')
  await page.locator('button[type=submit]').click()
  await page.getByRole('link', { name: 'Channels' }).waitFor()
  channel = await call('POST', '/channels', { type: 'byoc', name: 'Own channel', config: {} })
})
afterAll(async () => {
  await browser?.close()
  await muster?.stop()
})

/** The API as the operator at the browser. */
async function call<T>(method: string, path: string, data?: unknown): Promise<T> {
  const url = `${muster.server.url}/api/v1${path}`
  return (await page.request.fetch(url, { method, data, headers: { origin: muster.server.url } })).json()
}

const trial = (): Locator => page.getByRole('region', { name: 'Try a message' })
const press = (name: string, root: Page | Locator = page) => root.getByRole('button', { name, exact: true }).click()

test('the words and replies of a language: changed, tried, guarded and reset', async () => {
  await page.goto(`${muster.server.url}/channels/${channel.id}`)
  await page.getByRole('tab', { name: 'Keywords and replies' }).click()
  await page.getByRole('navigation', { name: 'Languages' }).getByRole('link', { name: 'German' }).click()
  await page.getByRole('combobox', { name: 'Help words' }).fill('NOTRUF')
  await page.keyboard.press('Enter')
  await page.getByLabel('Help reply').fill('Rufen Sie uns an: 030 123456')
  await page.getByText('28 / 1600').waitFor()

  // What is not saved is not lost by going elsewhere.
  await page.getByRole('link', { name: 'French' }).click()
  await press('Stay', page.getByRole('dialog'))
  await press('Save')
  await page.getByRole('link', { name: 'German changed' }).waitFor()

  await page.getByLabel('What somebody writes').fill('notruf!')
  await page.keyboard.press('Enter')
  await trial().getByText('Rufen Sie uns an: 030 123456').waitFor()
  expect(await trial().getByText(/^Help word NOTRUF/).textContent()).toBe('Help word NOTRUFGerman')
  await trial().getByText('Implicitly opted in').waitFor()
  await page.getByLabel('What somebody writes').fill('please leave me alone')
  await trial().getByText(/would go to the review queue/).waitFor()
  await page.getByRole('combobox', { name: 'Custom words' }).fill('HILFE')
  await page.keyboard.press('Enter')
  await page.getByText(/“HILFE” stands in more than one list: Help words, Custom words/).waitFor()
  await expectAccessible(page)
  await press('Discard')

  await press('Reset to what Muster ships')
  await press('Reset', page.getByRole('dialog'))
  await page.getByText('As Muster ships it').waitFor()
  expect(await page.getByText('NOTRUF', { exact: true }).count()).toBe(0)
  await page.getByLabel('What somebody writes').fill('notruf')
  await trial().getByText('An ordinary message').waitFor()
})

test('a language of one’s own is added by its code and removed again', async () => {
  await press('Add a language')
  await page.getByLabel('Code of the language').fill('SV')
  await page.getByText('Swedish', { exact: true }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('combobox', { name: 'Opt-out words' }).fill('SLUTA')
  await page.keyboard.press('Enter')
  await press('Save')
  await page.getByLabel('What somebody writes').fill('sluta')
  await trial().getByText('Opt-out word SLUTA').waitFor()
  await press('Reset to what Muster ships')
  await press('Reset', page.getByRole('dialog'))
  await expect.poll(() => page.getByRole('link', { name: 'Swedish' }).count()).toBe(0)
})

test('an active channel keeps what its level needs: the refusal says what', async () => {
  await page.getByRole('link', { name: 'General' }).click()
  await press('Clear the opt-out words')
  await press('Save')
  await page.getByRole('alert').getByText('There are no words to opt out with').waitFor()
  await expectAccessible(page)
  await page.getByRole('tab', { name: 'Consent' }).click()
  await press('Discard the changes', page.getByRole('dialog'))

  await page.getByLabel('Double').check()
  await page.getByLabel('All channels of this brand').check()
  await press('Save')
  await page.getByText(/Name the brand/).waitFor()
  await page.getByLabel('Brand', { exact: true }).fill('Acme')
  await expectAccessible(page)
  await press('Save')
  await expect.poll(() => call('GET', `/channels/${channel.id}`)).toMatchObject({ consentType: 'DoubleOptIn', optOutScope: 'brand', brand: 'Acme' })

  const { items } = await call<{ items: { language: string; keywords: object }[] }>('GET', `/channels/${channel.id}/keywords`)
  const general = items.find(({ language }) => language === 'general')!.keywords
  await call('PATCH', `/channels/${channel.id}`, { consentType: 'ImplicitOptIn' })
  await call('PUT', `/channels/${channel.id}/keywords/general`, { ...general, optInPrompt: null })
  await page.getByLabel('Implicit').and(page.locator(':checked')).waitFor()
  await page.getByLabel('Explicit').check()
  await press('Save')
  await page.getByRole('alert').getByText('There is no message that asks to opt in').waitFor()
})

test('a session is accepted and ended where sessions are listed', async () => {
  expect((await postByoc(channel, { events: [byocMessage('+49301', 'm1', { name: 'Zoë' }), byocMessage('+49302', 'm2', { name: 'Piet' })] })).status).toBe(200)
  await page.goto(`${muster.server.url}/sessions`)
  await page.getByLabel('Search by person').fill('zoë')
  const row = page.getByRole('row').filter({ hasText: 'Zoë' })
  await expect.poll(() => page.getByText('Piet').count()).toBe(0)
  await row.getByRole('button', { name: /Actions on/ }).press('Enter')
  await page.getByRole('menuitem', { name: 'Accept' }).waitFor()
  expect(await page.getByRole('menuitem', { name: /Resume/ }).textContent()).toContain('It is neither paused nor inactive')
  await expectAccessible(page)
  await page.keyboard.press('ArrowDown')
  await page.getByRole('menuitem', { name: 'Accept' }).press('Enter')
  await row.getByText('Active').waitFor()
  await row.getByText('Ada Admin').waitFor()
  await row.getByRole('button', { name: /Actions on/ }).click()
  await page.getByRole('menuitem', { name: 'End…' }).click()
  await press('End session', page.getByRole('dialog'))
  await row.getByText('Ended').waitFor()

  await page.getByLabel('Open only').check()
  await page.getByText('No session matches').waitFor()
  expect(page.url()).toMatch(/open=true/)
  await press('Clear the filters')
  await page.getByText('Piet').waitFor()
  await expectAccessible(page)
})

test('a purpose is added; one that Muster brings stays', async () => {
  await page.getByRole('link', { name: 'Purposes' }).click()
  await press('Add purpose')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Appointments')
  await dialog.getByLabel('Key').fill('appointments')
  await press('Add purpose', dialog)
  await page.getByRole('cell', { name: 'appointments', exact: true }).waitFor()
  await press('Remove Service')
  await press('Remove purpose', dialog)
  expect(await dialog.getByRole('alert').textContent()).toContain('it stays')
  await expectAccessible(page)
})

test('a viewer sees words and replies, and changes nothing', async () => {
  const email = 'vera@example.com'
  const password = 'correct horse battery staple'
  await call('POST', '/operators', { name: 'Vera Viewer', email, role: 'viewer', password })
  await page.context().clearCookies()
  await page.goto(`${muster.server.url}/channels/${channel.id}?tab=keywords&language=ar`)
  await page.getByLabel('E-mail').fill(email)
  await page.getByRole('textbox', { name: 'Password' }).fill(password)
  await page.locator('button[type=submit]').click()
  const reply = page.getByLabel('Help reply')
  await reply.waitFor()
  expect(await reply.getAttribute('readonly')).toBe('')
  expect(await reply.evaluate((element) => (globalThis as unknown as { getComputedStyle(element: unknown): { direction: string } }).getComputedStyle(element).direction)).toBe('rtl')
  expect(await page.getByRole('button', { name: 'Save', exact: true }).getAttribute('aria-disabled')).toBe('true')
  await page.getByLabel('What somebody writes').fill('stop')
  await trial().getByText('Opt-out word STOP').waitFor()
  await expectAccessible(page)
  await page.goto(`${muster.server.url}/sessions`)
  await page.getByText('Piet').waitFor()
  expect(await page.getByRole('button', { name: /Actions on/ }).count()).toBe(0)
})
