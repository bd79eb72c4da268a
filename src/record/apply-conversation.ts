import { applyHandles } from './addresses.ts'
import { amend, takeWaiting, type Amendment } from './amendments.ts'
import { insertAttachments } from './attachments.ts'
import { appendLines, purposesOf, saveConsent, savePurposes } from './consent/ledger.ts'
import { flagReviews } from './consent/reviews.ts'
import { planConversation, type ConversationContext } from './conversation.ts'
import type { ConversationEvent } from './event.ts'
import { newPeople, registerPeople } from './first-contact.ts'
import { requestLinks } from './link-runs.ts'
import { insertMessages } from './messages.ts'
import { queueMessages } from './outbox.ts'
import { changedUsers, findPeople, groupByPerson, type ChangedUser, type Registered } from './people.ts'
import { requestProfiles } from './profile-requests.ts'
import { applyProfiles } from './profiles.ts'
import { measureResponses } from './responses.ts'
import { changeSessions, openSessions } from './sessions.ts'
import { together, type Run } from './statement.ts'

/**
 * What was said by or to people: their records, sessions, transcripts, consent and Muster's own replies. All statements are on their
 * way at once; what they find to be otherwise than looked up is a collision, and the batch begins anew.
 */
export async function applyConversation(
  run: Run, items: ConversationEvent[], known: Pick<ConversationContext, 'rules' | 'repeated'>, registered?: Registered,
): Promise<ChangedUser[]> {
  const people = await findPeople(run, groupByPerson(items), registered)
  newPeople(people)
  const withPurposes = people.filter(person => person.items.some(({ event }) => event.kind === 'consent.changed' && event.purpose !== 'all'))
  const purposes = await purposesOf(run, withPurposes.map(person => person.user!.id))
  const plan = planConversation(people, { ...known, purposes, now: new Date() })
  const said = plan.messages
  const toLink = people.filter(person => person.isNew && known.rules.get(person.channelId)!.links)
  const wrote = people.filter(person => person.items.some(item => item.profileOnRequest && item.event.kind === 'message.received'))
  const waiting = (await together(
    registerPeople(run, people),
    applyProfiles(run, people),
    changeSessions(run, plan.sessions.filter(session => session.before)),
    openSessions(run, plan.sessions.filter(session => !session.before)),
    applyHandles(run, people),
    insertMessages(run, said, plan.sessions.filter(session => session.after.endedAt).map(session => session.id)),
    insertAttachments(run, said),
    appendLines(run, plan.lines),
    saveConsent(run, plan.consents),
    savePurposes(run, plan.purposes),
    flagReviews(run, plan.reviews),
    plan.replies.length > 0 ? queueMessages(run, plan.replies) : undefined,
    toLink.length > 0 ? requestLinks(run, toLink.map(person => person.user!.id)) : undefined,
    wrote.length > 0 ? requestProfiles(run, wrote.map(person => person.user!.id)) : undefined,
    said.length === 0 ? [] : run<{ userId: string; event: Amendment }>(takeWaiting, [
      said.map(row => row.channelId), said.map(row => row.event.message.id), said.map(row => row.userId),
    ]),
  )).at(-1) as { userId: string; event: Amendment }[]
  if (waiting.length > 0) await amend(run, waiting)
  const answered = said.filter(row => row.event.kind === 'message.sent')
  const measured = [...answered, ...plan.sessions.filter(session => session.after.endedAt).map(session => ({ userId: session.userId, sessionId: session.id }))]
  if (measured.length > 0) await run(measureResponses, [measured.map(row => row.userId), measured.map(row => row.sessionId)])
  return changedUsers(people)
}
