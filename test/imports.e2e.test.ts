import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectAccessible } from './accessible.ts'
import { chromiumPath, quiet } from './chromium.ts'
import { startMuster, type TestMuster } from './muster.ts'
import { addOperators, signedIn } from './signed-in.ts'

let browser: Browser
let muster: TestMuster
let page: Page
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: chromiumPath(), args: quiet })
  muster = await startMuster()
  const config = { username: 'muster', password: 'secret', sendUrl: 'http://127.0.0.1:13013/cgi-bin/sendsms', phoneNumber: '+390123456789' }
  await muster.api('POST', '/channels', { type: 'sms-kannel', name: 'Text messages', isoCountryCode: 'IT', config })
  await addOperators(muster, { Olga: 'agent', Vera: 'viewer' })
  page = await signedIn(browser, muster, 'Olga')
})
afterAll(async () => {
  await browser?.close()
  await muster?.stop()
})

const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
const open = (place: string) => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: place, exact: true }).click()
const result = (title: string) => page.getByRole('region', { name: title, exact: true })
const users = async () => (await muster.api<{ items: { name: string; consentStatus: string | null }[] }>('GET', '/messaging-users')).body.items

async function choose(name: string, content: string | Buffer): Promise<void> {
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) })
  await press('Upload')
}

test('a workbook is answered with how to save it as CSV', async () => {
  await open('Imports')
  await page.getByText('No imports yet').waitFor()
  await expectAccessible(page)
  await press('New import')
  await expectAccessible(page)
  await choose('people.xlsx', Buffer.from('PK\u0003\u0004 and what follows'))
  expect(await page.getByRole('alert').textContent()).toContain('Save As')
})

test('a file is uploaded, its columns are guessed, and a dry run changes nothing', async () => {
  await page.getByRole('combobox', { name: 'Channel' }).click()
  await page.getByRole('option', { name: 'Text messages' }).click()
  await choose('people.csv', 'Mobile;Full name;Consent;Shoe size\n333 1234567;Ada Rossi;Explicitly opted in;38\nnobody;Nobody;;\n')
  await page.getByRole('heading', { name: 'people.csv' }).waitFor()
  const meaning = (column: string) => page.getByRole('combobox', { name: `Meaning of the column ${column}` }).inputValue()
  expect([await meaning('Mobile'), await meaning('Full name'), await meaning('Consent'), await meaning('Shoe size')]).toEqual([
    'Phone number or platform key', 'Name', 'Consent status', ''])
  expect(await result('The first rows').textContent()).toContain('Ada Rossi')
  await expectAccessible(page)

  await press('Dry run')
  expect(await page.getByRole('alert').textContent()).toContain('say where they did')
  await page.getByLabel('Where the people gave their consent').fill('Trade fair')
  await page.getByLabel('Save this mapping').fill('From the shop')
  await press('Save mapping')
  await page.getByText('Saved as “From the shop”').waitFor()
  await press('Dry run')
  await result('Dry run').waitFor()
  expect(await result('Dry run').textContent()).toMatch(/Would be created1.*Would be left out1/)
  await result('Dry run').getByText('This is not a phone number').first().click()
  await result('Dry run').getByText('Row 3').waitFor()
  await expectAccessible(page)
  expect(await users()).toEqual([])
})

test('it is started, the person is in the list, and the rows tell what became of them', async () => {
  await press('Start the import')
  await page.getByRole('status').getByText('Done', { exact: true }).waitFor()
  expect(await page.getByRole('row').filter({ hasText: 'nobody' }).textContent()).toContain('not a phone number')
  await expectAccessible(page)
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download outcome of each row' }).click()])
  expect(download.suggestedFilename()).toMatch(/outcomes.*\.csv$/)

  await open('Messaging users')
  await page.getByRole('link', { name: 'Ada Rossi' }).waitFor()
  expect(await users()).toMatchObject([{ name: 'Ada Rossi', consentStatus: 'ExplicitlyOptedIn' }])
  await page.getByLabel('Search messaging users').fill('nobody at all')
  await page.getByText('Nobody matches').waitFor()
  expect(await page.getByRole('link', { name: 'Export' }).getAttribute('href')).toContain('q=nobody+at+all')
})

test('whoever can only read sees it and starts nothing', async () => {
  const viewer = await signedIn(browser, muster, 'Vera')
  await viewer.getByRole('link', { name: 'Imports' }).click()
  await viewer.getByRole('link', { name: 'people.csv' }).click()
  await viewer.getByText('not a phone number').waitFor()
  expect(await viewer.getByRole('button', { name: 'Undo' }).isDisabled()).toBe(true)
  await viewer.context().close()
})

test('a saved mapping is used again; undoing asks first, removes who was not used, and says who stays', async () => {
  const { body: { items: [ada] } } = await muster.api<{ items: { id: string }[] }>('GET', '/messaging-users')
  await open('Imports')
  await press('New import')
  await page.getByRole('combobox', { name: 'Channel' }).click()
  await page.getByRole('option', { name: 'Text messages' }).click()
  await choose('more.csv', 'Mobile,Full name\n333 7654321,Bo\n')
  // What is chosen again is passed over.
  await page.getByRole('combobox', { name: 'Meaning of the column Full name' }).click()
  await page.getByRole('option', { name: 'Name', exact: true }).click()
  await page.getByRole('combobox', { name: 'Meaning of the column Full name' }).and(page.locator('[value=""]')).waitFor()
  await page.getByRole('combobox', { name: 'Use a saved mapping' }).click()
  await page.getByRole('option', { name: 'From the shop' }).click()
  expect(await page.getByRole('combobox', { name: 'Meaning of the column Full name' }).inputValue()).toBe('Name')
  await press('Dry run')
  await press('Start the import')
  await page.getByRole('status').getByText('Done', { exact: true }).waitFor()
  await press('Undo')
  await press('Undo it')
  await page.getByRole('status').getByText('Undone', { exact: true }).waitFor()
  expect((await users()).map(({ name }) => name)).toEqual(['Ada Rossi'])

  await muster.api('PATCH', `/messaging-users/${ada!.id}`, { name: 'Ada by hand' })
  await open('Imports')
  await page.getByRole('link', { name: 'people.csv' }).click()
  await press('Undo')
  await press('Undo it')
  await result('What could not be undone').getByText('They were changed since').waitFor()
  await expectAccessible(page)
  expect((await users()).map(({ name }) => name)).toEqual(['Ada by hand'])
})
