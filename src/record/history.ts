import { uuidv7 } from 'uuidv7'
import type { HistoricMessage } from '../contract/inbound-event.ts'
import { applyHandles } from './addresses.ts'
import { amend, takeWaiting, type Amendment } from './amendments.ts'
import { insertAttachments } from './attachments.ts'
import type { MessageRow, SessionChange } from './conversation.ts'
import type { EventOf } from './event.ts'
import type { ChannelRules } from './channel-rules.ts'
import { newPeople, registerPeople, whomToLink } from './first-contact.ts'
import { requestLinks } from './link-runs.ts'
import { insertMessages } from './messages.ts'
import { changedUsers, findPeople, groupByPerson, type ChangedUser, type Person, type Registered } from './people.ts'
import { applyProfiles } from './profiles.ts'
import { measureResponses } from './responses.ts'
import { openSessions } from './sessions.ts'
import { together, type Run, type Statement } from './statement.ts'

type HistoryEvent = EventOf<'history.imported'>

const findKnown: Statement = {
  name: 'find_known_history',
  text: `
    select m.messaging_user_id || '/' || m.platform_message_id as known from unnest($1::uuid[], $2::text[]) as i(user_id, message_id)
    join messages m on m.messaging_user_id = i.user_id and m.platform_message_id = i.message_id`,
}

/**
 * Earlier messages, from before the channel was connected: each event's in a session of its own that is over, as they were said. Nothing
 * follows from them for consent, open sessions or replies. What the record has already is left out.
 */
export async function applyHistory(run: Run, items: HistoryEvent[], rules: ReadonlyMap<string, ChannelRules>, registered?: Registered): Promise<ChangedUser[]> {
  // What is told of the person is as old as the first of the messages: newer news stays.
  const dated = items.map(item => ({ ...item, event: { ...item.event, occurredAt: timeOf(inOrder(item.event.messages)[0]!) } }))
  const people = await findPeople(run, groupByPerson(dated), registered)
  newPeople(people)
  const { sessions, messages } = plan(people, await knownMessages(run, people))
  const waiting = (await together(
    registerPeople(run, people, rules),
    applyProfiles(run, people),
    openSessions(run, sessions),
    applyHandles(run, people),
    insertMessages(run, messages, sessions.map(session => session.id)),
    insertAttachments(run, messages),
    messages.length === 0 ? [] : run<{ userId: string; event: Amendment }>(takeWaiting, [
      messages.map(row => row.channelId), messages.map(row => row.event.message.id), messages.map(row => row.userId),
    ]),
  )).at(-1) as { userId: string; event: Amendment }[]
  if (waiting.length > 0) await amend(run, waiting)
  const toLink = whomToLink(people, rules)
  if (toLink.length > 0) await requestLinks(run, toLink)
  if (sessions.length > 0) await run(measureResponses, [sessions.map(session => session.userId), sessions.map(session => session.id)])
  return changedUsers(people)
}

async function knownMessages(run: Run, people: Person<HistoryEvent>[]): Promise<Set<string>> {
  const rows = people.filter(person => !person.isNew)
    .flatMap(person => person.items.flatMap(({ event }) => event.messages.map(({ id }) => ({ userId: person.user!.id, id }))))
  if (rows.length === 0) return new Set()
  return new Set((await run<{ known: string }>(findKnown, [rows.map(row => row.userId), rows.map(row => row.id)])).map(row => row.known))
}

/** @param known what the record has, by `userId/messageId`; what is planned joins it */
function plan(people: Person<HistoryEvent>[], known: Set<string>) {
  const sessions: SessionChange[] = []
  const messages: MessageRow[] = []
  for (const { channelId, user, items } of people) {
    const userId = user!.id
    for (const { event } of items) {
      const fresh = inOrder(event.messages).filter(({ id }) => known.size < known.add(`${userId}/${id}`).size)
      if (fresh.length === 0) continue
      const session = sessionOf(userId, channelId, fresh)
      sessions.push(session)
      messages.push(...fresh.map(message => ({ id: uuidv7(), userId, sessionId: session.id, channelId, event: eventOf(event, message) })))
    }
  }
  return { sessions, messages }
}

function sessionOf(userId: string, channelId: string, messages: HistoricMessage[]): SessionChange {
  const [startedAt, endedAt] = [timeOf(messages[0]!), timeOf(messages.at(-1)!)]
  return {
    id: uuidv7(), userId, channelId, before: null, startedAt, by: 'System', at: endedAt,
    origin: messages[0]!.direction === 'inbound' ? 'InboundInitiated' : 'AgentInitiated',
    after: {
      status: 'Ended', ownerId: null, agentType: messages.some(({ direction }) => direction === 'outbound') ? 'Agent' : null, acceptedAt: null,
      endedAt, endedBy: 'System', timerAt: null,
    },
  }
}

const eventOf = ({ eventId, user }: HistoryEvent['event'], { direction, sentAt, ...message }: HistoricMessage): MessageRow['event'] =>
  ({ kind: direction === 'inbound' ? 'message.received' : 'message.sent', eventId, occurredAt: new Date(sentAt), user, message })

const timeOf = ({ sentAt }: HistoricMessage) => new Date(sentAt) // after the spool it is text
const inOrder = (messages: HistoricMessage[]) => messages.toSorted((a, b) => timeOf(a).getTime() - timeOf(b).getTime())
