import type { Browser, Page } from 'playwright-core'
import type { Role } from '../src/contract/access.ts'
import type { TestMuster } from './muster.ts'

const PASSWORD = 'correct horse battery'

/** Operators of these names, who can then sign in. */
export async function addOperators(muster: TestMuster, operators: Record<string, Role>): Promise<void> {
  for (const [name, role] of Object.entries(operators)) {
    await muster.api('POST', '/operators', { name, email: `${name}@example.com`, role, password: PASSWORD })
  }
}

/** The console as one of them sees it; every operator has a browser of their own. */
export async function signedIn(browser: Browser, muster: TestMuster, name: string): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1360, height: 850 } })).newPage()
  page.setDefaultTimeout(15_000)
  await page.goto(muster.server.url)
  await page.getByLabel('E-mail').fill(`${name}@example.com`)
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await page.locator('button[type=submit]').click()
  await page.getByRole('link', { name: 'Messaging users' }).waitFor()
  return page
}
