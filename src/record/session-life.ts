import type { AgentType, EndedBy, SessionOrigin, SessionStatus } from '../contract/sessions.ts'
import type { PlatformType } from '../contract/channels.ts'

/** What changes in the life of a session. */
export interface SessionState {
  status: SessionStatus
  /** Operator who serves it. */
  ownerId: string | null
  agentType: AgentType | null
  acceptedAt: Date | null
  endedAt: Date | null
  endedBy: EndedBy | null
  /** When the present status runs out by itself: New and Consent end, Active becomes Inactive, Inactive ends. */
  timerAt: Date | null
}

/** Of the channel, what its sessions go by. The standard tier knows the statuses New, Waiting, Active and Ended alone. */
export interface SessionRules {
  platformType: PlatformType
  /** A person who does not answer the agent for so long is inactive; null: never. Enhanced channels only. */
  inactivityMinutes: number | null
}

type Sender = 'Agent' | 'Bot' | 'System'

/** Who or what begins a session; a keyword that stands for no consent (`origin` null) is one of the channel's own. */
export type SessionOpening =
  | { kind: 'inbound' }
  | { kind: 'keyword'; origin: 'OptIn' | 'OptOut' | 'Help' | null }
  | { kind: 'outbound'; sender: Sender; ownerId?: string | null }

/** What happens to a session: the person writes (ordinary text or a keyword), the business writes, an operator acts, time passes. */
export type SessionAct =
  | { kind: 'inbound' }
  | { kind: 'keyword' }
  | { kind: 'outbound'; sender: Sender; ownerId?: string | null }
  | { kind: 'accept'; ownerId: string }
  | { kind: 'transfer'; ownerId: string | null }
  | { kind: 'pause' }
  | { kind: 'resume' }
  | { kind: 'inactivate' }
  | { kind: 'end'; by: EndedBy }
  | { kind: 'fail' }
  | { kind: 'timer' }

export interface SessionOutcome {
  state: SessionState
  /** Why an operator's act is impossible; then `state` is what it was. */
  refused?: string
  /** What was written belongs into a new session. */
  opensNew?: true
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const INACTIVE_FOR = 24 * HOUR
const CONSENT_FOR = 24 * HOUR
const UNANSWERED_FOR = { Standard: 24 * HOUR, Enhanced: 48 * HOUR }

const later = (at: Date, time: number) => new Date(at.getTime() + time)

/** A new session, as it is after what began it. */
export function opened(opening: SessionOpening, rules: SessionRules, at: Date): { state: SessionState; origin: SessionOrigin } {
  const state: SessionState = {
    status: 'Waiting', ownerId: null, agentType: null, acceptedAt: null, endedAt: null, endedBy: null, timerAt: null,
  }
  switch (opening.kind) {
    case 'inbound':
      return { state, origin: 'InboundInitiated' }
    case 'keyword': {
      const consent: SessionState = { ...state, status: 'Consent', timerAt: later(at, CONSENT_FOR) }
      return { state: rules.platformType === 'Enhanced' ? consent : ended(state, 'System', at), origin: opening.origin ?? 'InboundInitiated' }
    }
    case 'outbound':
      return {
        state: {
          ...state, status: 'New', ownerId: opening.ownerId ?? null, agentType: opening.sender, timerAt: later(at, UNANSWERED_FOR[rules.platformType]),
        },
        origin: opening.sender === 'Agent' ? 'AgentInitiated' : 'TriggeredOutbound',
      }
  }
}

/**
 * What becomes of a session. Every change of every session is decided here.
 * @param at when it happened; of what a platform reports, the platform's time
 */
export function after(state: SessionState, act: SessionAct, rules: SessionRules, at: Date): SessionOutcome {
  switch (act.kind) {
    case 'inbound':
      return inbound(state, at)
    case 'keyword':
      return isClosed(state) ? { state, opensNew: true } : { state }
    case 'outbound':
      return isClosed(state) ? { state, opensNew: true } : { state: outbound(state, act.sender, act.ownerId ?? null, rules, at) }
    case 'timer':
      return { state: timer(state, rules, at) }
    default:
      return isClosed(state) ? { state, refused: 'The session has ended' } : operated(state, act, rules, at)
  }
}

function inbound(state: SessionState, at: Date): SessionOutcome {
  switch (state.status) {
    case 'New':
    case 'Inactive':
      return { state: state.ownerId === null ? { ...state, status: 'Waiting', timerAt: null } : active(state, at) }
    case 'Paused':
    case 'Active':
      return { state: active(state, at) }
    case 'Waiting':
      return { state }
    case 'Consent':
      return { state: ended(state, 'System', at), opensNew: true }
    case 'Ended':
    case 'Error':
      return { state, opensNew: true }
  }
}

// Replies that Muster gives by itself (System) change nothing.
function outbound(state: SessionState, sender: Sender, ownerId: string | null, rules: SessionRules, at: Date): SessionState {
  if (sender === 'Bot') return { ...state, agentType: state.agentType ?? 'Bot' }
  if (sender === 'System') return state
  const served: SessionState = state.status === 'Waiting'
    ? active({ ...state, ownerId: ownerId ?? state.ownerId, agentType: agentTypeOf(state) }, at) : state
  // The time runs from the first message that the person leaves unanswered; more messages do not start it anew.
  if (served.status !== 'Active' || served.timerAt || rules.platformType === 'Standard' || rules.inactivityMinutes === null) return served
  return { ...served, timerAt: later(at, rules.inactivityMinutes * MINUTE) }
}

function timer(state: SessionState, rules: SessionRules, at: Date): SessionState {
  if (!state.timerAt || at < state.timerAt) return state
  switch (state.status) {
    case 'New':
    case 'Consent':
    case 'Inactive':
      return ended(state, 'System', at)
    case 'Active':
      // The channel may have been told in the meantime to wait without an end.
      if (rules.inactivityMinutes === null || rules.platformType === 'Standard') return { ...state, timerAt: null }
      return inactive(state, at)
    default:
      return { ...state, timerAt: null }
  }
}

type OperatorAct = Exclude<SessionAct, { kind: 'inbound' | 'keyword' | 'outbound' | 'timer' }>

function operated(state: SessionState, act: OperatorAct, rules: SessionRules, at: Date): SessionOutcome {
  const refuse = (refused: string): SessionOutcome => ({ state, refused })
  const { status } = state
  switch (act.kind) {
    case 'end':
      return { state: ended(state, act.by, at) }
    case 'fail':
      return { state: { ...ended(state, 'System', at), status: 'Error' } }
    case 'accept':
      if (status === 'Active' && state.ownerId === act.ownerId) return { state }
      if (status === 'Active' && state.ownerId !== null) return refuse('The session is served by somebody else already: it would have to be handed over')
      if (status === 'Paused') return refuse('The session is paused: it has to be resumed or handed over')
      return serve(state, act.ownerId, at)
    case 'transfer':
      if (act.ownerId !== null) return serve(state, act.ownerId, at)
      if (status === 'Consent') return refuse(CONSENT_ONLY)
      return { state: status === 'New' ? { ...state, ownerId: null } : { ...state, status: 'Waiting', ownerId: null, timerAt: null } }
    case 'pause':
    case 'inactivate':
      return park(state, act.kind, rules, at)
    case 'resume':
      if (status === 'Active') return { state }
      if (status !== 'Paused' && status !== 'Inactive') return refuse(`Only a paused or inactive session can be resumed; this one is ${status}`)
      return { state: active(state, at) }
  }
}

function park(state: SessionState, kind: 'pause' | 'inactivate', rules: SessionRules, at: Date): SessionOutcome {
  const [wanted, done] = kind === 'pause' ? ['Paused', 'paused'] : ['Inactive', 'made inactive']
  if (rules.platformType === 'Standard') return { state, refused: `Sessions can be ${done} only on enhanced channels` }
  if (state.status === wanted) return { state }
  if (state.status !== 'Active') return { state, refused: `Only an active session can be ${done}; this one is ${state.status}` }
  return { state: kind === 'pause' ? { ...state, status: 'Paused', timerAt: null } : inactive(state, at) }
}

const CONSENT_ONLY = 'The session is about consent alone: nobody serves it'

function serve(state: SessionState, ownerId: string, at: Date): SessionOutcome {
  if (state.status === 'Consent') return { state, refused: CONSENT_ONLY }
  const served = { ...state, ownerId, agentType: agentTypeOf(state) }
  // Who takes it over finds it as it was: paused, or waiting for the person's answer.
  return { state: state.status === 'Paused' || state.status === 'Active' ? { ...served, acceptedAt: state.acceptedAt ?? at } : active(served, at) }
}

const isClosed = ({ status }: SessionState) => status === 'Ended' || status === 'Error'
const agentTypeOf = ({ agentType }: SessionState): AgentType => (agentType === 'Bot' || agentType === 'BotToAgent' ? 'BotToAgent' : 'Agent')
const inactive = (state: SessionState, at: Date): SessionState => ({ ...state, status: 'Inactive', timerAt: later(at, INACTIVE_FOR) })
const active = (state: SessionState, at: Date): SessionState => (
  { ...state, status: 'Active', acceptedAt: state.acceptedAt ?? (state.ownerId === null ? null : at), timerAt: null })
const ended = (state: SessionState, endedBy: EndedBy, at: Date): SessionState => ({ ...state, status: 'Ended', endedBy, endedAt: at, timerAt: null })
