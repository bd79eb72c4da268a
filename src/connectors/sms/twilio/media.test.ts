import { expect, test } from 'vitest'
import { fetchAttachment } from './media.ts'

const account = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'token' }
/** Where the token went. */
async function told(url: string): Promise<string[]> {
  const urls: string[] = []
  await fetchAttachment({ kind: 'image', url }, account, {
    download: request => {
      urls.push(request.url)
      return Promise.resolve({ status: 404, headers: {}, body: (async function* () {})(), discard: () => {} })
    },
  })
  return urls
}

test.each(['https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1', 'https://api.dublin.ie1.twilio.com/a'])('the token goes to %s', async url => {
  expect(await told(url)).toEqual([url])
})

test.each([
  'https://evil.test/a', 'https://api.twilio.com.evil.test/a', 'https://api.twilio.com@evil.test/a', 'https://evil.test/https://api.twilio.com/a',
  'http://api.twilio.com/a', 'https://api.evil-twilio.com/a', 'https://api.x@evil.twilio.com/a', '',
])('the token does not go to “%s”', async url => {
  expect(await told(url)).toEqual([])
})
