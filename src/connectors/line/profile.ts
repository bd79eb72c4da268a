import type { Http, Identifier, Profile } from '../connector.ts'
import { objectOf } from '../sending.ts'

/**
 * Name, picture and language of somebody who has not blocked the account; the language only of who agreed to LINE's use of it.
 * https://developers.line.biz/en/reference/messaging-api/#get-profile
 */
export async function fetchProfile(key: Identifier, config: { channelAccessToken?: string }, http: Http): Promise<Profile | undefined> {
  if (!config.channelAccessToken) return undefined
  const answer = await http({
    method: 'GET',
    url: `https://api.line.me/v2/bot/profile/${encodeURIComponent(key.key)}`,
    headers: { authorization: `Bearer ${config.channelAccessToken}` },
    body: '',
  })
  if (answer.status !== 200) return undefined
  const { displayName, pictureUrl, language } = objectOf(answer)
  const profile: Profile = {
    ...(isText(displayName) && { name: displayName }),
    ...(isText(pictureUrl) && { profilePictureUrl: pictureUrl }),
    ...(isText(language) && { language }),
  }
  return Object.keys(profile).length > 0 ? profile : undefined
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
