import type { Http, Identifier, Profile } from '../connector.ts'
import { objectOf } from '../sending.ts'
import { API } from './send.ts'

/**
 * Name and picture, which Meta tells of people who have written, to apps that were reviewed for it. The picture's address dies after a while.
 * https://developers.facebook.com/docs/messenger-platform/identity/user-profile
 */
export async function fetchProfile(key: Identifier, config: { pageAccessToken?: string }, http: Http): Promise<Profile | undefined> {
  if (!config.pageAccessToken) return undefined
  const answer = await http({
    method: 'GET',
    url: `${API}/${encodeURIComponent(key.key)}?fields=first_name,last_name,profile_pic`,
    headers: { authorization: `Bearer ${config.pageAccessToken}` },
    body: '',
  })
  if (answer.status !== 200) return undefined
  const { first_name: first, last_name: last, profile_pic: picture } = objectOf(answer)
  const name = [first, last].filter(part => typeof part === 'string' && part).join(' ')
  const hasPicture = typeof picture === 'string' && picture
  return name || hasPicture ? { ...(name && { name }), ...(hasPicture && { profilePictureUrl: picture }) } : undefined
}
