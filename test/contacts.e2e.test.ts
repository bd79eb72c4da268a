import { chromium, type Browser, type Locator, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ChannelCreated } from '../src/contract/channels.ts'
import type { Individual } from '../src/contract/individuals.ts'
import type { MessagingUser } from '../src/contract/messaging-users.ts'
import type { Session } from '../src/contract/sessions.ts'
import { toUuid } from '../src/ids.ts'
import { applyEvents } from '../src/record/apply.ts'
import { expectAccessible } from './accessible.ts'
import { chromiumPath, quiet } from './chromium.ts'
import { byocMessage, postByoc, startMuster, type TestMuster } from './muster.ts'
import { applyConnection, received } from './record.ts'
import { addOperators, signedIn } from './signed-in.ts'

let browser: Browser
let muster: TestMuster
let page: Page
let channels: ChannelCreated[]
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: chromiumPath(), args: quiet })
  muster = await startMuster()
  channels = [await muster.addChannel('byoc'), await muster.addChannel('byoc')]
  await addOperators(muster, { Olga: 'agent', Vera: 'viewer', Anna: 'admin' })
  page = await signedIn(browser, muster, 'Olga')
})
afterAll(() => Promise.all([browser?.close(), muster?.stop()]))

const says = (channel: number, key: string, id: string, name: string, text: string) =>
  postByoc(channels[channel]!, { events: [byocMessage(key, id, { name, text })] })
const press = (name: string, root: Page | Locator = page) => root.getByRole('button', { name, exact: true }).click()
const open = (place: string) => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: place }).click()
const links = () => page.getByRole('region', { name: 'Links' })

async function openUser(name: string): Promise<void> {
  await open('Messaging users')
  await page.getByRole('row').filter({ hasText: name }).getByRole('link').first().click()
  await page.getByRole('heading', { name }).waitFor()
}

test('a contact is added, with an account and a phone', async () => {
  await open('Accounts')
  await press('Add an account')
  await page.getByRole('dialog').getByLabel('Name').first().fill('Rossi & Figli')
  await press('Add account', page.getByRole('dialog'))
  await page.getByRole('heading', { name: 'Rossi & Figli' }).waitFor()

  await open('Contacts')
  await page.getByText('A contact is the person behind it').waitFor()
  await expectAccessible(page)
  await press('Add a contact')
  const form = page.getByRole('dialog')
  await form.getByLabel('First name').fill('Ada')
  await form.getByLabel('Last name').fill('Rossi')
  await form.getByLabel('Account', { exact: true }).fill('figli')
  await page.getByRole('option', { name: 'Rossi & Figli' }).click()
  await press('Add a phone', form)
  await form.getByLabel('Number of phone 1').fill('+39 320 555 0199')
  await form.getByLabel('Verified').check()
  await press('Add an e-mail', form)
  await form.getByLabel('Address of e-mail 1').fill('ada@')
  await press('Add contact', form)
  await form.getByLabel('Address of e-mail 1').and(page.locator('[aria-invalid=true]')).waitFor()
  await expectAccessible(page)
  await form.getByLabel('Address of e-mail 1').fill('ada@example.com')
  await press('Add contact', form)
  await page.getByRole('heading', { name: 'Ada Rossi' }).waitFor()
  expect(await page.getByRole('list', { name: 'Phones and e-mails' }).textContent()).toContain('+39 320 555 0199verified')
})

test('one is linked by hand, another by a suggestion, and the contact shows what both said, in its order', async () => {
  await says(0, 'ada-app', 'm1', 'Ada in the app', 'First, in the app')
  await says(1, 'ada-web', 'm2', 'Visitor', 'Second, on the web. I am ada@example.com')
  await says(0, 'ada-app', 'm3', 'Ada in the app', 'Third, in the app')

  await openUser('Ada in the app')
  await press('Link contact', links())
  await page.getByRole('dialog').getByRole('combobox', { name: 'Contact' }).fill('3205550199')
  await page.getByRole('option', { name: /Ada Rossi · Rossi & Figli/ }).click()
  await expectAccessible(page)
  await press('Link', page.getByRole('dialog'))
  await links().getByRole('link', { name: 'Ada Rossi' }).waitFor()
  await links().getByRole('link', { name: 'Rossi & Figli' }).waitFor()
  await expectAccessible(page)

  const anna = await signedIn(browser, muster, 'Anna')
  await anna.goto(`${muster.server.url}/settings/link-rules`)
  await press('Add rule', anna)
  await anna.getByRole('dialog').getByLabel('E-mail address').check()
  await press('Add rule', anna.getByRole('dialog'))
  await press('Edit the rule for contact on all others', anna)
  await anna.getByLabel('Create and link').check()
  await anna.getByLabel('Leave it to a person').check()
  await press('Save', anna.getByRole('dialog'))
  await anna.getByRole('dialog').waitFor({ state: 'detached' })
  await press('Try on everybody', anna)
  await anna.getByText('2 of 2 looked at').waitFor()
  await expectAccessible(anna)

  await openUser('Visitor')
  await press('Look for matches', links())
  await links().getByText('ada@example.com stands in a message').waitFor()
  await page.getByRole('link', { name: /Link suggestions 1 open/ }).click()
  const card = page.getByRole('article', { name: 'Visitor could be Ada Rossi' })
  await card.getByText('+39 320 555 0199').waitFor()
  await expectAccessible(page)
  await card.getByRole('link', { name: 'Visitor' }).focus()
  await page.keyboard.press('t')
  await page.getByText('Nothing to decide').waitFor()

  await open('Contacts')
  await page.getByRole('link', { name: 'Ada Rossi' }).click()
  const log = page.getByRole('log')
  await log.getByText('Third, in the app').waitFor()
  expect(await log.getByRole('article').locator('p').allTextContents()).toEqual(
    ['First, in the app', 'Second, on the web. I am ada@example.com', 'Third, in the app'])
  await page.getByText('Fully opted in').nth(1).waitFor()
  await says(1, 'ada-web', 'm4', 'Visitor', 'Fourth, while somebody looks')
  await log.getByText('Fourth, while somebody looks').waitFor()
  await expectAccessible(page)
  await page.getByRole('group', { name: 'Show the channel' }).getByText(channels[1]!.name).click()
  await log.getByText('First, in the app').waitFor({ state: 'detached' })
  await log.getByText('Second, on the web').waitFor()
  expect(await log.getByRole('article').count()).toBe(2)
})

test('a duplicate is merged, its address leads to what was kept, and it is taken apart again', async () => {
  const { body: duplicate } = await muster.api<Individual>('POST', '/individuals', {
    kind: 'contact', name: 'Ada R.', emails: [{ email: 'ada@example.com' }], attributes: { tier: 'gold' },
  })
  await page.reload()
  await press('Merge')
  await press('Merge with Ada R.', page.getByRole('dialog'))
  await page.getByRole('radio', { name: /^Name: Ada R\./ }).check()
  await page.getByText('a merge changes nobody’s consent').waitFor()
  await expectAccessible(page)
  await press('Merge', page.getByRole('dialog'))
  await page.getByRole('heading', { name: 'Ada R.' }).waitFor()
  const kept = page.url()
  await page.goto(`${muster.server.url}/contacts/${duplicate.id}`)
  await page.waitForURL(kept)
  await page.getByRole('status').getByText('was merged into this record').waitFor()
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('heading', { name: 'Ada Rossi' }).waitFor()
  await page.goto(`${muster.server.url}/contacts/${duplicate.id}`)
  await page.getByRole('heading', { name: 'Ada R.' }).waitFor()
  expect(page.url()).toContain(duplicate.id)
})

test('who has only a number is written to first, with the consent they gave', async () => {
  const sms = await muster.addChannel('sms-twilio', { accountSid: `AC${'0'.repeat(32)}`, authToken: 'f'.repeat(32), phoneNumber: '+15005550006' })
  await muster.addChannel('web-chat')
  const contacts = await Promise.all(['Carla Verdi', 'Carla V.'].map(async name => (await muster.api<Individual>('POST', '/individuals', {
    kind: 'contact', name, phones: [{ number: '+39 333 765 4321' }, { number: '+39 06 555 0123' }] })).body))
  const dialog = page.getByRole('dialog')
  await page.goto(`${muster.server.url}/contacts/${contacts[0]!.id}`)
  await page.getByText('With “New conversation” you can write first').waitFor()
  await press('New conversation')
  await dialog.getByRole('combobox', { name: 'Channel' }).click()
  expect(await page.getByRole('option').allTextContents()).toEqual([...channels, sms].map(({ name }) => name).toSorted())
  await page.getByRole('option', { name: sms.name }).click()
  expect(await dialog.getByLabel('Phone number').inputValue()).toBe('+39 333 765 4321')
  await dialog.getByText('this channel needs').waitFor()
  await dialog.getByLabel('Explicitly opted in').check()
  await dialog.getByLabel('Phone number').fill('333')
  await press('Start', dialog)
  await dialog.getByLabel('Evidence').and(page.locator('[aria-invalid=true]')).fill('On the phone, about her order')
  await press('Start', dialog)
  await dialog.getByText('This is not a phone number').waitFor()
  await expectAccessible(page)
  await dialog.getByLabel('Phone number').fill('0039 333 765 43 21')
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('textbox', { name: 'Message' }).and(page.locator(':focus')).waitFor()
  await page.getByRole('region', { name: 'Messaging users' }).getByText('Explicitly opted in').waitFor()
  await expectAccessible(page)

  await page.goto(`${muster.server.url}/contacts/${contacts[1]!.id}`)
  await press('New conversation')
  await dialog.getByRole('combobox', { name: 'Channel' }).click()
  await page.getByRole('option', { name: sms.name }).click()
  await press('Start', dialog)
  await dialog.getByText('is not linked here').waitFor()
  await expectAccessible(page)
  await dialog.getByRole('alert').getByRole('link', { name: 'Carla Verdi' }).click()
  await page.waitForURL(/messaging-users/)
})

test('a CSV file is tried before it is taken', async () => {
  await open('Contacts')
  await press('Import CSV')
  const dialog = page.getByRole('dialog')
  const file = { name: 'contacts.csv', mimeType: 'text/csv', buffer: Buffer.from('kind,name,email1\ncontact,Bruno Conti,bruno@example.com\ncontact,,\n') }
  await dialog.locator('input[type=file]').setInputFiles(file)
  await dialog.getByText('Nothing has been changed yet.').waitFor()
  await dialog.getByRole('region', { name: 'Lines that are left out' }).getByText('name').first().waitFor()
  await expectAccessible(page)
  expect((await muster.api<{ items: Individual[] }>('GET', '/individuals?q=bruno')).body.items).toEqual([])
  await press('Import 1', dialog)
  await page.getByText('1 created').waitFor()
  await dialog.getByText('Close').click()
  await page.getByRole('link', { name: 'Bruno Conti' }).waitFor()
})

test('a session that has ended shows its contact and today’s; a reference can be on a session', async () => {
  await says(0, 'eva-app', 'm5', 'Eva', 'One phone, two people')
  const { body: { items: [session] } } = await muster.api<{ items: Session[] }>('GET', '/sessions?q=Eva')
  const link = async (name: string) => {
    const { body: { id } } = await muster.api<Individual>('POST', '/individuals', { kind: 'contact', name })
    await muster.api('PUT', `/messaging-users/${session!.messagingUserId}/links/contact`, { recordId: id })
  }
  await link('Eva Conti')
  await open('Sessions')
  const row = page.getByRole('row').filter({ hasText: 'One phone' })
  await row.getByRole('link', { name: 'Eva Conti' }).waitFor()
  expect(await row.getByText(/^now /).count()).toBe(0)
  await muster.api('POST', `/sessions/${session!.id}/closure`)
  await link('Ivo Conti')
  await row.getByText('now Ivo Conti').waitFor()
  await row.getByRole('link', { name: 'Eva Conti' }).waitFor()
  await expectAccessible(page)

  await openUser('Eva')
  await page.getByRole('region', { name: 'Messaging Sessions' }).getByText('Contact then:').getByText('Eva Conti').waitFor()
  const elsewhere = page.getByRole('region', { name: 'Records elsewhere' })
  await press('Add', elsewhere)
  const form = page.getByRole('dialog')
  for (const [label, value] of [['System', 'shop'], ['What it is there', 'order'], ['Its id there', '4711']] as const) await form.getByLabel(label).fill(value)
  await form.getByRole('combobox', { name: 'Session' }).click()
  await page.getByRole('option', { name: session!.name }).click()
  await expectAccessible(page)
  await press('Add', form)
  await elsewhere.getByRole('link', { name: session!.name }).waitFor()
  await expectAccessible(page)
  await elsewhere.getByRole('link', { name: session!.name }).click()
  await page.waitForURL(url => url.search.includes(session!.id))
})

test('who links a person that somebody else linked meanwhile is told, and a link ends with the reason', async () => {
  const add = async (name: string) => (await muster.api<Individual>('POST', '/individuals', { kind: 'contact', name })).body
  await add('Carla Neri')
  const dario = await add('Dario Neri')
  await says(0, 'neri', 'm6', 'Neri in the app', 'Good evening')
  await openUser('Neri in the app')
  await press('Link contact', links())
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox', { name: 'Contact' }).fill('Carla')
  await page.getByRole('option', { name: 'Carla Neri' }).click()
  const user = page.url().split('/').at(-1)!
  await muster.api('PUT', `/messaging-users/${user}/links/contact`, { recordId: dario.id })
  await links().getByText('Dario Neri').waitFor()
  await press('Link', dialog)
  await dialog.getByRole('alert').getByText('Somebody else linked Dario Neri meanwhile').waitFor()
  await dialog.getByText('The link to Dario Neri ends.').waitFor()
  await expectAccessible(page)
  await dialog.getByLabel('Reason').fill('Carla signed')
  await press('Link', dialog)
  await links().getByRole('link', { name: 'Carla Neri' }).waitFor()
  await links().getByText('Carla signed, by Olga').waitFor()

  await press('Change the link to the contact', links())
  await page.getByRole('menuitem', { name: 'Unlink…' }).click()
  await dialog.getByText('The link to Carla Neri ends').waitFor()
  await expectAccessible(page)
  await dialog.getByLabel('Reason').fill('It was her sister')
  await press('Unlink', dialog)
  await links().getByText('Earlier links (2)').click()
  await links().getByText(/by Olga: It was her sister/).waitFor()
  expect((await muster.api<MessagingUser>('GET', `/messaging-users/${user}`)).body.contactId).toBeNull()
})

test('who gives a number to somebody else is led to the same number on other channels', async () => {
  const number = '+393205550142'
  const { run, end } = await applyConnection(muster.database.connection)
  for (const { id } of channels) await applyEvents(run, [received(toUuid(id), number, `number-${id}`, { profile: { name: `Franco, ${id}` } })])
  await end()
  await openUser(`Franco, ${channels[0]!.id}`)
  await press('This number now belongs to someone else')
  await press('End the address', page.getByRole('dialog'))
  await page.getByRole('heading', { name: 'The same number is on other channels' }).waitFor()
  expect(await page.getByRole('dialog').getByRole('listitem').allTextContents()).toEqual([`Franco, ${channels[1]!.id} on ${channels[1]!.name}`])
  await expectAccessible(page)
  await page.getByRole('dialog').getByRole('link').click()
  await page.getByRole('heading', { name: `Franco, ${channels[1]!.id}` }).waitFor()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
})

test('a viewer sees it all and changes nothing', async () => {
  const viewer = await signedIn(browser, muster, 'Vera')
  await viewer.goto(`${muster.server.url}/contacts`)
  await viewer.getByRole('link', { name: 'Ada Rossi' }).click()
  await viewer.getByRole('log').getByText('Third, in the app').waitFor()
  await viewer.getByText('Your role can only read.').waitFor()
  for (const name of ['Edit', 'Merge', 'New conversation']) {
    expect(await viewer.getByRole('button', { name, exact: true }).getAttribute('aria-disabled')).toBe('true')
  }
  expect(await viewer.getByRole('button', { name: 'More actions' }).count()).toBe(0)
  await viewer.setViewportSize({ width: 400, height: 800 })
  expect(await viewer.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(400)
})
