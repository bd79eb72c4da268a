import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectAccessible } from './accessible.ts'
import { chromiumPath, quiet } from './chromium.ts'
import { startMuster, type TestMuster } from './muster.ts'
import { addOperators, signedIn } from './signed-in.ts'

let browser: Browser
let muster: TestMuster
let page: Page
let visitor: Page
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: chromiumPath(), args: quiet })
  muster = await startMuster()
  const channel = await muster.addChannel('web-chat')
  await addOperators(muster, { Olga: 'agent', Vera: 'viewer' })
  page = await signedIn(browser, muster, 'Olga')
  visitor = await browser.newPage()
  visitor.setDefaultTimeout(15_000)
  await visitor.goto(`${muster.server.url}/chat/demo/${channel.id}`)
})
afterAll(async () => {
  await browser?.close()
  await muster?.stop()
})

async function visitorSays(text: string): Promise<void> {
  await visitor.getByPlaceholder('Write a message').fill(text)
  await visitor.keyboard.press('Enter')
}

const consent = () => page.getByRole('region', { name: 'Consent', exact: true })
const composer = () => page.getByRole('region', { name: 'Write to the person' })
const box = () => composer().getByRole('textbox', { name: 'Message', exact: true })

test('an opt-out is on the page at once: its line in the ledger, and no box to write in', async () => {
  await visitorSays('Where is my parcel?')
  await page.getByRole('row').filter({ hasText: 'web-chat' }).getByRole('link').first().click()
  await consent().getByText('Implicitly opted in').first().waitFor()
  await box().fill('It is on its')

  await visitorSays('STOP')
  await consent().getByText('The person wants no messages').waitFor()
  await composer().getByText('The person opted out of all messages').waitFor()
  expect(await box().count()).toBe(0)
  await page.getByText('Automatic reply of Muster').waitFor()
  await expectAccessible(page)

  await composer().getByRole('link', { name: 'See the line' }).click()
  const line = page.getByRole('list', { name: 'Consent ledger' }).getByRole('listitem').first()
  await line.getByText('“STOP”').waitFor()
  expect(await line.textContent()).toContain('A keyword of the person')
  await expectAccessible(page)
  await line.getByRole('link', { name: 'Show the message' }).click()
  await page.getByRole('log').getByText('STOP', { exact: true }).waitFor()
})

test('an agent records an opt-in with its evidence, and writes', async () => {
  await page.getByRole('button', { name: 'Change consent' }).click()
  const form = page.getByRole('dialog')
  await form.getByText('The person opted out, and only an explicit yes undoes that.').waitFor()
  expect(await form.getByRole('radio').count()).toBe(2)
  await form.getByLabel('Explicitly opted in').check()
  await form.getByRole('button', { name: 'Record the change' }).click()
  await form.getByText('Say where the person said so').waitFor()

  // What happened before the opt-out does not undo it: the server's refusal stays in the form.
  await form.getByLabel('Evidence').fill('Phone call')
  await form.getByLabel(/^When/).fill('2020-01-01T12:00')
  await form.getByRole('button', { name: 'Record the change' }).click()
  await form.getByText('has said something else since').waitFor()
  await expectAccessible(page)
  await form.getByLabel(/^When/).fill('')
  await form.getByLabel('Exact words').fill('Yes, write to me again')
  await form.getByRole('button', { name: 'Record the change' }).click()
  await form.waitFor({ state: 'detached' })

  await consent().getByText('The person said yes.').waitFor()
  expect(await box().inputValue()).toBe('It is on its')
  await box().fill('It is on its way 📦')
  await page.keyboard.press('Control+Enter')
  await visitor.getByText('It is on its way 📦').waitFor()
  const bubble = page.getByRole('article').filter({ hasText: 'It is on its way 📦' })
  await bubble.getByRole('img', { name: /Sent|Delivered|Read/ }).waitFor()
  expect(await box().inputValue()).toBe('')
})

test('free text that reads like a revocation is counted, read and decided', async () => {
  await visitorSays('Please take me off your list, I am tired of this')
  await page.getByRole('link', { name: /Consent reviews 1 open/ }).click()
  const review = page.getByRole('article')
  await review.getByText('business days left').waitFor()
  expect(await review.locator('mark').textContent()).toMatch(/^take me off your list$/i)
  await expectAccessible(page)
  await review.getByRole('textbox', { name: 'Note' }).fill('Clear enough')
  await review.getByRole('button', { name: 'Opt out' }).focus()
  await page.keyboard.press('Enter')

  await page.getByText('Nothing to review').waitFor()
  await page.getByRole('tab', { name: 'Decided' }).click()
  await review.getByText('Clear enough').waitFor()
  expect(await review.textContent()).toContain('by Olga')
  await review.getByRole('link').click()
  await consent().getByText('The person wants no messages').waitFor()
})

test('somebody blocked is marked, and nobody can write to them until it ends', async () => {
  await page.getByRole('button', { name: 'Block', exact: true }).click()
  await page.getByRole('dialog').getByLabel('Reason').fill('Threats')
  await page.getByRole('dialog').getByRole('button', { name: 'Block' }).click()
  await composer().getByText('blocked: Threats').waitFor()
  expect(await page.getByText('What they write is recorded all the same.').isVisible()).toBe(true)
  await expectAccessible(page)
  await page.getByRole('button', { name: 'End the block' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'End the block' }).click()
  await page.getByRole('button', { name: 'Block', exact: true }).waitFor()
})

test('a viewer sees it all and changes nothing', async () => {
  const viewer = await signedIn(browser, muster, 'Vera')
  await viewer.goto(page.url())
  await viewer.getByText('The person wants no messages').waitFor()
  await viewer.getByText('Your role can only read.').waitFor()
  for (const name of ['Change consent', 'Block']) {
    expect(await viewer.getByRole('button', { name, exact: true }).getAttribute('aria-disabled')).toBe('true')
  }
})
