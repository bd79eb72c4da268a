import { uuidv7 } from 'uuidv7'
import type { SessionOrigin } from '../contract/sessions.ts'
import type { ChannelRules } from './channel-rules.ts'
import { decide, type ConsentAct, type ConsentState } from './consent/state.ts'
import { ALL, type ConsentChange, type Evidence, type NewLine } from './consent/ledger.ts'
import { consentReply } from './consent/gate.ts'
import { isOvertaken } from './consent/overtaken.ts'
import { readMessage, replyTo, type Hit } from './consent/reading.ts'
import { tenBusinessDaysAfter } from './consent/revocation.ts'
import type { NewReview } from './consent/reviews.ts'
import { isMessage, type ChannelEvent, type ConversationEvent, type MessageEvent } from './event.ts'
import type { NewOutgoing } from './outbox.ts'
import type { Person } from './people.ts'
import { after, opened, type SessionAct, type SessionState } from './session-life.ts'

/** A session that a batch of events opens or changes. */
export interface SessionChange {
  id: string
  userId: string
  channelId: string
  /** Null: opened now. */
  before: SessionState | null
  after: SessionState
  origin: SessionOrigin | null
  startedAt: Date
  /** Who or what changed its status, and when. */
  by: 'EndUser' | 'Agent' | 'System'
  at: Date
}

export interface MessageRow {
  id: string
  userId: string
  sessionId: string
  channelId: string
  event: MessageEvent['event']
}

/** All that follows from what people and the business said, to be written in one transaction. */
export interface Conversation {
  messages: MessageRow[]
  sessions: SessionChange[]
  lines: NewLine[]
  consents: ConsentChange[]
  purposes: { userId: string; purpose: string; status: ConsentState['status'] }[]
  reviews: NewReview[]
  replies: NewOutgoing[]
}

/** What the events are followed with. */
export interface ConversationContext {
  rules: ReadonlyMap<string, ChannelRules>
  /** What people said about single purposes, by `userId/purpose`; of those whose events speak of one. */
  purposes: ReadonlyMap<string, ConsentState['status']>
  /** Messages the record has already: nothing is said twice. */
  repeated: ReadonlySet<ChannelEvent>
  /** The time of Muster's own replies. */
  now: Date
}

/** Follows each person's events in their order through the two state machines, consent and session. Pure. */
export function planConversation(people: Person<ConversationEvent>[], context: ConversationContext): Conversation {
  const plan: Conversation = { messages: [], sessions: [], lines: [], consents: [], purposes: [], reviews: [], replies: [] }
  const purposes = new Map(context.purposes)
  for (const person of people) new Course(plan, person, context, purposes).follow()
  return plan
}

/** One person's events, followed. */
class Course {
  readonly #plan: Conversation
  readonly #person: Person<ConversationEvent>
  readonly #rules: ChannelRules
  readonly #context: ConversationContext
  /** As they are after the events so far; each person has their own keys. */
  readonly #purposes: Map<string, ConsentState['status']>
  #consent: ConsentState
  #consentSince: Date | null
  #lines: number
  #session: SessionChange | undefined
  /** Messages of this batch: the same one twice is said once. */
  readonly #said = new Set<string>()

  constructor(plan: Conversation, person: Person<ConversationEvent>, context: ConversationContext, purposes: Map<string, ConsentState['status']>) {
    const user = person.user!
    this.#plan = plan
    this.#person = person
    this.#rules = context.rules.get(person.channelId)!
    this.#context = context
    this.#purposes = purposes
    this.#consent = user.consent
    this.#consentSince = user.consent_since
    this.#lines = user.consent_line_count
    if (user.session) {
      const { id, startedAt, ...state } = user.session
      this.#session = { id, userId: user.id, channelId: person.channelId, before: state, after: state, origin: null, startedAt, by: 'System', at: startedAt }
    }
  }

  follow(): void {
    const before = { state: this.#consent, lines: this.#lines }
    const session = this.#session
    for (const item of this.#person.items) {
      const { event } = item
      if (isMessage(event)) {
        if (this.#context.repeated.has(item) || this.#said.has(event.message.id)) continue
        this.#said.add(event.message.id)
      }
      switch (event.kind) {
        case 'message.received': this.#received(event); break
        case 'message.sent': this.#say(event, { kind: 'outbound', sender: 'Agent' }); break
        case 'consent.changed': this.#told(event, item.source ?? 'platform'); break
        case 'session.closed': this.#act({ kind: 'end', by: 'EndUser' }, event.occurredAt); break
      }
    }
    if (session && session.after !== session.before) this.#plan.sessions.push(session)
    const { user, isNew } = this.#person
    if (this.#lines === before.lines) return
    if (isNew) Object.assign(user!, { consent: this.#consent, consent_since: this.#consentSince, consent_line_count: this.#lines })
    else {
      this.#plan.consents.push({
        userId: user!.id, before: before.state, after: this.#consent, since: this.#consentSince, linesBefore: before.lines, linesAfter: this.#lines, actor: null,
      })
    }
  }

  #received(event: MessageEvent['event'] & { kind: 'message.received' }): void {
    const { text } = event.message
    const language = this.#person.user!.language ?? event.profile?.language ?? null
    const before = this.#consent
    const reading = readMessage(this.#rules, text, event.keyword, language, before, event.occurredAt)
    const { hit, revocation } = reading
    const act: SessionAct = hit ? { kind: 'keyword' } : { kind: 'inbound' }
    const { row, opensSession } = this.#say(event, act, hit)
    const late = hit && (hit.kind === 'optIn' || hit.kind === 'optOut' || hit.kind === 'doubleOptIn')
      && isOvertaken(before, this.#consentSince, hit.kind === 'optOut', event.occurredAt)
    if (reading.isRecorded) {
      this.#record(late ? before : reading.state, ALL, before.status, {
        source: hit ? (event.keyword ? 'platform' : 'keyword') : 'message', words: hit ? (text ?? null) : null, language: hit?.language ?? null,
        messageId: row.id, note: late ? OVERTAKEN : null, happenedAt: event.occurredAt,
      })
    }
    if (revocation) {
      this.#plan.reviews.push({
        id: uuidv7(), userId: row.userId, channelId: row.channelId, messageId: row.id, ...revocation, flaggedAt: event.occurredAt,
        dueAt: tenBusinessDaysAfter(event.occurredAt),
      })
    }
    // What the platform acted on, it has answered.
    const reply = event.keyword || event.answeredElsewhere || late ? null : replyTo(this.#rules, reading, before, language, opensSession)
    if (reply) {
      this.#plan.replies.push({
        messagingUserId: row.userId, channelId: row.channelId, sessionId: row.sessionId, text: reply, replyToId: null, sender: 'System', senderId: null,
        purpose: consentReply, idempotencyKey: null, sentAt: this.#context.now,
      })
    }
  }

  /** A platform, a carrier or a partner's system tells that the person changed their mind. */
  #told({ status, purpose, words, occurredAt }: Extract<ConversationEvent['event'], { kind: 'consent.changed' }>, source: 'platform' | 'carrier'): void {
    const key = `${this.#person.user!.id}/${purpose}`
    const before = purpose === ALL ? this.#consent : { status: this.#purposes.get(key) ?? null, pending: null }
    const act: ConsentAct = { kind: 'platform', status }
    const decided = decide(before, act, this.#rules.consentType, occurredAt)
    if (decided.outcome !== 'changed' && decided.outcome !== 'confirmed') return
    const late = purpose === ALL && isOvertaken(before, this.#consentSince, status === 'OptedOut', occurredAt)
    this.#record(late ? before : decided.state, purpose, before.status, {
      source, words: words ?? null, language: null, messageId: null, note: late ? OVERTAKEN : null, happenedAt: occurredAt,
    })
  }

  #record(state: ConsentState, purpose: string, from: ConsentState['status'], evidence: Omit<Evidence, 'actor'>): void {
    const { id: userId } = this.#person.user!
    this.#lines++
    this.#plan.lines.push({
      ...evidence, actor: null, userId, channelId: this.#person.channelId, number: this.#lines, purpose, from, to: state.status,
      pendingUntil: state.pending?.until ?? null,
    })
    if (purpose === ALL) {
      if (state !== this.#consent || this.#consentSince === null || evidence.happenedAt > this.#consentSince) this.#consentSince = evidence.happenedAt
      this.#consent = state
    } else {
      this.#purposes.set(`${userId}/${purpose}`, state.status)
      this.#plan.purposes = this.#plan.purposes.filter(row => row.userId !== userId || row.purpose !== purpose)
      this.#plan.purposes.push({ userId, purpose, status: state.status })
    }
  }

  /** Puts a message into the session it belongs to, opening one where none is. */
  #say(event: MessageEvent['event'], act: SessionAct, hit?: Hit): { row: MessageRow; opensSession: boolean } {
    const opensSession = !this.#session || this.#act(act, event.occurredAt)
    if (opensSession) this.#open(event, act, hit)
    const session = this.#session!
    const row = { id: uuidv7(), userId: session.userId, sessionId: session.id, channelId: session.channelId, event }
    this.#plan.messages.push(row)
    if (session.after.endedAt) this.#session = undefined
    return { row, opensSession }
  }

  #open(event: MessageEvent['event'], act: SessionAct, hit: Hit | undefined): void {
    const at = event.occurredAt
    const { state, origin } = opened(
      act.kind === 'outbound' ? act : act.kind === 'keyword' ? { kind: 'keyword', origin: originOf(hit) } : { kind: 'inbound' }, this.#rules, at)
    const session: SessionChange = {
      id: uuidv7(), userId: this.#person.user!.id, channelId: this.#person.channelId, before: null, after: state, origin, startedAt: at, by: 'EndUser', at,
    }
    this.#session = session
    this.#plan.sessions.push(session)
  }

  /** @returns whether what was said belongs into a new session */
  #act(act: SessionAct, at: Date): boolean {
    const session = this.#session
    if (!session) return true
    const { state, opensNew } = after(session.after, act, this.#rules, at)
    if (!isSame(state, session.after)) {
      session.after = state
      session.by = act.kind === 'outbound' ? 'Agent' : state.endedBy === 'System' ? 'System' : 'EndUser'
      session.at = at
    }
    if (state.endedAt) this.#session = undefined
    return opensNew ?? false
  }
}

const OVERTAKEN = 'Came late: the person has said something else since'

function originOf(hit: Hit | undefined): 'OptIn' | 'OptOut' | 'Help' | null {
  switch (hit?.kind) {
    case 'optOut': return 'OptOut'
    case 'optIn': case 'doubleOptIn': return 'OptIn'
    case 'help': return 'Help'
    default: return null
  }
}

const isSame = (a: SessionState, b: SessionState) =>
  a.status === b.status && a.ownerId === b.ownerId && a.timerAt?.getTime() === b.timerAt?.getTime() && a.agentType === b.agentType
