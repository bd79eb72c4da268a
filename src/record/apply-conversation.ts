import { applyHandles } from './addresses.ts'
import { amend, refuseWaiting, takeWaiting, type Amendment } from './amendments.ts'
import { insertAttachments } from './attachments.ts'
import { appendLines, purposesOf, saveConsent, savePurposes } from './consent/ledger.ts'
import { flagReviews } from './consent/reviews.ts'
import { planConversation, type Conversation, type ConversationContext } from './conversation.ts'
import type { ConversationEvent } from './event.ts'
import { newPeople, registerPeople, whomToLink } from './first-contact.ts'
import { requestLinks } from './link-runs.ts'
import { insertMessages } from './messages.ts'
import { queueMessages } from './outbox.ts'
import { changedUsers, findPeople, groupByPerson, type ChangedUser, type Person, type Registered } from './people.ts'
import { requestProfiles } from './profile-requests.ts'
import { applyProfiles } from './profiles.ts'
import { measureResponses } from './responses.ts'
import { changeSessions, openSessions } from './sessions.ts'
import { together, type Run, type Statement } from './statement.ts'

/** What a batch's events are followed with, and how it ends. */
export interface Following extends Pick<ConversationContext, 'rules' | 'repeated'> {
  /** Sent right behind the last statement, if none of their answers is needed: what they find otherwise than it was looked up makes them fail. */
  commit?: Statement | undefined
}

/**
 * What was said by or to people: their records, sessions, transcripts, consent and Muster's own replies. All statements are on their
 * way at once; what they find to be otherwise than looked up is a collision, and the batch begins anew.
 */
export async function applyConversation(
  run: Run, items: ConversationEvent[], { commit, ...known }: Following, registered?: Registered,
): Promise<{ changed: ChangedUser[]; isCommitted: boolean }> {
  const people = await findPeople(run, groupByPerson(items), registered)
  newPeople(people)
  const withPurposes = people.filter(person => person.items.some(({ event }) => event.kind === 'consent.changed' && event.purpose !== 'all'))
  const purposes = await purposesOf(run, withPurposes.map(person => person.user!.id))
  const plan = planConversation(people, { ...known, purposes, now: new Date() })
  const said = plan.messages
  const ended = plan.sessions.filter(session => session.after.endedAt)
  const measured = [
    ...said.filter(row => row.event.kind === 'message.sent'), ...ended.map(session => ({ userId: session.userId, sessionId: session.id })),
  ]
  const measure = () => measured.length === 0 ? undefined : run(measureResponses, [measured.map(row => row.userId), measured.map(row => row.sessionId)])
  const waitingFor = [said.map(row => row.channelId), said.map(row => row.event.message.id), said.map(row => row.userId)]
  const isCommitted = commit !== undefined && plan.replies.length === 0 && people.every(person => person.handles.length === 0)
  const writes = write(run, people, plan, known.rules)
  if (isCommitted) {
    await together(...writes, said.length === 0 ? undefined : run(refuseWaiting, waitingFor.slice(0, 2)), measure(), run(commit))
  } else {
    const waiting = (await together(...writes, said.length === 0 ? [] : run(takeWaiting, waitingFor))).at(-1) as { userId: string; event: Amendment }[]
    if (waiting.length > 0) await amend(run, waiting)
    await measure()
  }
  return { changed: changedUsers(people), isCommitted }
}

/** Sends all that follows for the record. */
function write(run: Run, people: Person<ConversationEvent>[], plan: Conversation, rules: ConversationContext['rules']): unknown[] {
  const toLink = whomToLink(people, rules)
  const wrote = people.filter(person => person.items.some(item => item.profileOnRequest && item.event.kind === 'message.received'))
  return [
    registerPeople(run, people, rules),
    applyProfiles(run, people),
    changeSessions(run, plan.sessions.filter(session => session.before)),
    openSessions(run, plan.sessions.filter(session => !session.before)),
    applyHandles(run, people),
    insertMessages(run, plan.messages, plan.sessions.filter(session => session.after.endedAt).map(session => session.id)),
    insertAttachments(run, plan.messages),
    appendLines(run, plan.lines),
    saveConsent(run, plan.consents),
    savePurposes(run, plan.purposes),
    flagReviews(run, plan.reviews),
    plan.replies.length > 0 ? queueMessages(run, plan.replies) : undefined,
    toLink.length > 0 ? requestLinks(run, toLink) : undefined,
    wrote.length > 0 ? requestProfiles(run, wrote.map(person => person.user!.id)) : undefined,
  ]
}
