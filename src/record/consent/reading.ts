import type { ConsentType, KeywordKind, Keywords, KeywordTrial, KeywordTrialResult } from '../../contract/consent.ts'
import { keywordsFor, matchKeyword, type KeywordMatcher } from './keywords.ts'
import { readsLikeRevocation } from './revocation.ts'
import { decide, isFullyOptedIn, PENDING_HOURS, type ConsentAct, type ConsentState } from './state.ts'

/** The part of a channel's rules that reading a message takes. */
export interface ConsentRules {
  consentType: ConsentType
  keywords: Map<string, Keywords>
  matcher: KeywordMatcher
}

export interface Hit {
  kind: KeywordKind
  /** As it stands in the list; null where the platform told of the hit without the word. */
  word: string | null
  language: string | null
}

/** What a person's message means for their consent. */
export interface Reading {
  hit: Hit | undefined
  revocation: { phrase: string; language: string } | undefined
  state: ConsentState
  /** Does the ledger get a line? */
  isRecorded: boolean
}

/**
 * Reads one message of a person: a keyword, free text that seems to revoke, or ordinary words.
 * @param told the platform or the carrier took it for a keyword itself
 */
export function readMessage(
  rules: ConsentRules, text: string | undefined, told: 'optIn' | 'optOut' | 'help' | undefined, language: string | null, before: ConsentState, now: Date,
): Reading {
  const waits = before.pending !== null && before.pending.until > now
  const hit = told ? { kind: told, word: text ?? null, language } : text === undefined ? undefined : matchKeyword(rules.matcher, text, language, waits)
  const { state, outcome } = decide(before, actOf(hit), rules.consentType, now)
  return {
    hit, state,
    isRecorded: outcome === 'changed' || (outcome === 'confirmed' && hit !== undefined),
    revocation: hit || text === undefined || before.status === 'OptedOut' ? undefined : readsLikeRevocation(text),
  }
}

function actOf(hit: Hit | undefined): ConsentAct {
  switch (hit?.kind) {
    case 'optOut': case 'optIn': case 'doubleOptIn': return { kind: hit.kind }
    case 'help': case 'custom': case undefined: return { kind: 'message' }
  }
}

/**
 * Muster's own answer to a message; null: none. An opt-out is confirmed once and never again (one confirmation is what the law
 * allows, 47 CFR 64.1200(a)(12)); who opted out is asked nothing.
 * @param opensSession whether the message begins a stretch of service: consent is asked for once in each
 */
export function replyTo(rules: ConsentRules, { hit, state, isRecorded }: Reading, before: ConsentState, language: string | null, opensSession: boolean): string | null {
  const answer = replyKind(rules, hit?.kind, state, isRecorded, before, opensSession)
  return answer && keywordsFor(rules.keywords, language ?? hit?.language ?? null)[answer]
}

function replyKind(
  { consentType }: ConsentRules, hit: KeywordKind | undefined, state: ConsentState, isRecorded: boolean, before: ConsentState, opensSession: boolean,
) {
  switch (hit) {
    case 'optOut': return isRecorded && before.status !== 'OptedOut' ? 'optOutConfirmation' : null
    case 'optIn': return state.pending ? 'doubleOptInPrompt' : 'optInConfirmation'
    case 'doubleOptIn': return 'optInConfirmation'
    case 'help': return 'helpResponse'
    case 'custom': return 'customResponse'
    case undefined:
      if (!opensSession || state.status === 'OptedOut' || isFullyOptedIn(state.status, consentType)) return null
      return state.pending ? 'doubleOptInPrompt' : 'optInPrompt'
  }
}

/** What a message would do, without doing it: for whoever sets up a channel. */
export function tryMessage(
  rules: ConsentRules & { platformType: 'Standard' | 'Enhanced' }, { text, language = null, consentStatus = null, pending = false }: KeywordTrial, now: Date,
): KeywordTrialResult {
  const before: ConsentState = {
    status: consentStatus, pending: pending ? { until: new Date(now.getTime() + PENDING_HOURS * 3_600_000), before: null } : null,
  }
  const reading = readMessage(rules, text, undefined, language, before, now)
  const { hit, revocation, state } = reading
  return {
    keyword: hit ? { kind: hit.kind, word: hit.word ?? text, language: hit.language ?? 'general' } : null,
    revocation: revocation ?? null,
    consentStatus: state.status,
    pending: state.pending !== null,
    isFullyOptedIn: isFullyOptedIn(state.status, rules.consentType),
    reply: replyTo(rules, reading, before, language, true),
    sessionStatus: !hit ? 'Waiting' : rules.platformType === 'Enhanced' ? 'Consent' : 'Ended',
  }
}
