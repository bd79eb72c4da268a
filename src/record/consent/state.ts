import type { ConsentStatus, ConsentType } from '../../contract/consent.ts'

/** How long a double opt-in waits for its second word. */
export const PENDING_HOURS = 72

/** While `pending`, the status is ExplicitlyOptedIn, and falls back to `before` unless the second word comes before `until`. */
export interface ConsentState {
  status: ConsentStatus | null
  pending: { until: Date; before: ConsentStatus | null } | null
}

/**
 * What happens to somebody's consent. `message`: an ordinary message of theirs; `optOut`, `optIn`, `doubleOptIn`: a keyword of theirs;
 * `platform`: told by a platform, carrier or partner system; `record`: an operator or program, with evidence; `import`: a line of a file;
 * `merge`: another messaging user turns out to be the same; `expire`: the time for the second word may be over.
 */
export type ConsentAct =
  | { kind: 'message' | 'optOut' | 'optIn' | 'doubleOptIn' | 'expire' }
  | { kind: 'platform' | 'record' | 'import'; status: ConsentStatus }
  | { kind: 'merge'; other: ConsentState }

/** `confirmed`: said again, nothing differs, worth a line in the ledger all the same. `none`: nothing to write. `refused` has a reason. */
export interface ConsentDecision {
  state: ConsentState
  outcome: 'changed' | 'confirmed' | 'none' | 'refused'
  reason?: string
}

const ranks: Record<ConsentStatus, number> = { OptedOut: -1, ImplicitlyOptedIn: 1, ExplicitlyOptedIn: 2, DoublyOptedIn: 3 }
const needed: Record<ConsentType, ConsentStatus> = {
  ImplicitOptIn: 'ImplicitlyOptedIn', ExplicitOptIn: 'ExplicitlyOptedIn', DoubleOptIn: 'DoublyOptedIn',
}

/** The scale of the page "Messaging Consent Statuses" (Salesforce Help), from -1 (opted out) to 3 (confirmed twice); nothing known is 0. */
export const rank = (status: ConsentStatus | null): number => (status === null ? 0 : ranks[status])

/** Is the status what the level asks for? MessagingEndUser.IsFullyOptedIn of Salesforce's object reference. Nothing known is never enough. */
export const isFullyOptedIn = (status: ConsentStatus | null, level: ConsentType): boolean => rank(status) >= rank(needed[level])

const optedOut: ConsentState = { status: 'OptedOut', pending: null }
const doublyOptedIn: ConsentState = { status: 'DoublyOptedIn', pending: null }

/** The one place where consent changes. Never throws, never changes what it is given. */
export function decide(state: ConsentState, act: ConsentAct, level: ConsentType, now: Date): ConsentDecision {
  switch (act.kind) {
    case 'message': return quiet(state, state.status === null ? { ...state, status: 'ImplicitlyOptedIn' } : state)
    case 'optOut': return said(state, optedOut)
    case 'optIn': return said(state, optIn(state, level, now))
    case 'doubleOptIn': return isPending(state, now) ? said(state, doublyOptedIn) : quiet(state, state)
    case 'platform': return platform(state, act.status, level, now)
    case 'record': return record(state, act.status, level, now)
    case 'import': return fromFile(state, act.status)
    case 'merge': return quiet(state, strictest(state, act.other, now))
    case 'expire': return quiet(state, state.pending && !isPending(state, now) ? { status: state.pending.before, pending: null } : state)
  }
}

/** The outcome of what the person, or somebody for them, has said. */
const said = (state: ConsentState, next: ConsentState): ConsentDecision =>
  (isSame(state, next) ? { state, outcome: 'confirmed' } : { state: next, outcome: 'changed' })

/** The outcome of what nobody has said. */
const quiet = (state: ConsentState, next: ConsentState): ConsentDecision =>
  (isSame(state, next) ? { state, outcome: 'none' } : { state: next, outcome: 'changed' })

const refused = (state: ConsentState, reason: string): ConsentDecision => ({ state, outcome: 'refused', reason })

function isSame(a: ConsentState, b: ConsentState): boolean {
  return a.status === b.status && a.pending?.until.getTime() === b.pending?.until.getTime() && a.pending?.before === b.pending?.before
}

function isPending({ pending }: ConsentState, now: Date): boolean {
  return pending !== null && pending.until > now
}

function optIn(state: ConsentState, level: ConsentType, now: Date): ConsentState {
  if (state.status === 'DoublyOptedIn') return doublyOptedIn
  if (level !== 'DoubleOptIn') return { status: 'ExplicitlyOptedIn', pending: null }
  const until = new Date(now.getTime() + PENDING_HOURS * 3_600_000)
  return { status: 'ExplicitlyOptedIn', pending: { until, before: state.pending ? state.pending.before : state.status } }
}

function platform(state: ConsentState, status: ConsentStatus, level: ConsentType, now: Date): ConsentDecision {
  if (status === 'OptedOut') return said(state, optedOut)
  if (status === 'ImplicitlyOptedIn') {
    return state.status === null || state.status === status ? said(state, { ...state, status }) : quiet(state, state)
  }
  // One report is one confirmation, whatever the platform calls it.
  return said(state, status === 'DoublyOptedIn' && isPending(state, now) ? doublyOptedIn : optIn(state, level, now))
}

function record(state: ConsentState, status: ConsentStatus, level: ConsentType, now: Date): ConsentDecision {
  if (status === 'OptedOut') return said(state, optedOut)
  if (status === state.status && status !== 'ExplicitlyOptedIn') return said(state, state)
  if (status === 'ExplicitlyOptedIn') return said(state, optIn(state, level, now))
  if (status === 'DoublyOptedIn') {
    return isPending(state, now) ? said(state, doublyOptedIn) : refused(state, 'DoublyOptedIn is a second confirmation, and none is awaited. '
      + `Record ExplicitlyOptedIn on a channel with double opt-in first, then DoublyOptedIn within ${PENDING_HOURS} hours.`)
  }
  if (state.status === null) return said(state, { ...state, status })
  return refused(state, state.status === 'OptedOut'
    ? 'The person has opted out, and an implied consent does not undo that. '
      + 'If they have asked for messages again, record ExplicitlyOptedIn with the evidence.'
    : `The person is ${state.status}, and ImplicitlyOptedIn would be less. If they want no more messages, record OptedOut.`)
}

function fromFile(state: ConsentState, status: ConsentStatus): ConsentDecision {
  if (status === 'OptedOut') return quiet(state, optedOut)
  if (state.status === 'OptedOut') return refused(state, 'The person has opted out, and an import does not undo that.')
  // A file cannot be two confirmations.
  const most = status === 'DoublyOptedIn' ? 'ExplicitlyOptedIn' : status
  return quiet(state, rank(most) > rank(state.status) ? { status: most, pending: null } : state)
}

/** The most restrictive of two. Where only one waits for its second word, that one counts as it was before its first. */
function strictest(one: ConsentState, other: ConsentState, now: Date): ConsentState {
  if (one.pending && other.pending && isPending(one, now) && isPending(other, now)) {
    const until = one.pending.until < other.pending.until ? one.pending.until : other.pending.until
    return { status: lower(one.status, other.status), pending: { until, before: lower(one.pending.before, other.pending.before) } }
  }
  return { status: lower(settled(one), settled(other)), pending: null }
}

const settled = ({ status, pending }: ConsentState) => (pending ? pending.before : status)
const lower = (a: ConsentStatus | null, b: ConsentStatus | null) => (rank(a) < rank(b) ? a : b)
