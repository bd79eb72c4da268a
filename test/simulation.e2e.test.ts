import { chromium, type Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectAccessible } from './accessible.ts'
import { chromiumPath, quiet } from './chromium.ts'
import { postByoc, startMuster, type TestMuster } from './muster.ts'
import type { Simulation } from '../src/contract/simulations.ts'

let browser: Browser
let muster: TestMuster
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: chromiumPath(), args: quiet })
  muster = await startMuster({ countsFlushMs: 200 }, { signIn: false })
})
afterAll(async () => {
  await browser?.close()
  await muster?.stop()
})

test('an empty Muster is filled from its first page, and the channel’s page says how it is doing', async () => {
  const page = await browser.newPage({ viewport: { width: 1360, height: 900 } })
  page.setDefaultTimeout(15_000)
  await page.goto(muster.server.signInLink!)
  await page.getByLabel('Name').fill('Ada Admin')
  await page.getByLabel('E-mail').fill('ada@example.com')
  await page.getByRole('textbox', { name: 'Password' }).first().fill('correct horse battery staple')
  await page.locator('button[type=submit]').click()

  await page.getByRole('link', { name: 'Messaging users' }).click()
  await page.getByRole('button', { name: 'Play a simulated channel' }).click()
  await page.getByRole('menuitem', { name: 'Bring Your Own Channel' }).click()
  await page.getByText('Simulated', { exact: true }).waitFor()
  const health = page.getByRole('region', { name: 'Health' })
  await health.getByText('Nothing went wrong').waitFor()
  await expect.poll(() => page.getByRole('status').filter({ hasText: 'Playing' }).textContent()).toMatch(/Playing: [1-9]\d* sent/)
  await expectAccessible(page)

  const { items: [simulation] } = await page.evaluate(() => fetch('/api/v1/simulations').then(answer => answer.json())) as { items: Simulation[] }
  const webhookUrl = `${muster.server.url}/webhooks/${simulation!.channelId}`
  expect((await postByoc({ webhookUrl, generatedSecrets: { secret: `whsec_${Buffer.alloc(32).toString('base64')}` } }, '{}')).status).toBe(401)
  await health.getByText('Requests with a wrong or missing signature').waitFor()
  await health.getByText('webhook-signature does not match').waitFor()
  await expectAccessible(page)

  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByRole('button', { name: 'Play', exact: true }).waitFor()
  await page.getByRole('link', { name: 'Messaging users' }).click()
  await expect.poll(() => page.getByRole('row').count()).toBeGreaterThan(2)
})
