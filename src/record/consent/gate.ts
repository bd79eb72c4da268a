import type { ConsentStatus, ConsentType, sendCheckCodes } from '../../contract/consent.ts'
import type { Run, Statement } from '../statement.ts'
import { isFullyOptedIn } from './state.ts'

/** What the platform allows; the record does not know connectors. */
export interface ChannelAbilities {
  canSend: boolean
  businessInitiated: boolean
  /** Hours after the person's last message in which the business may answer freely; undefined: any time. */
  replyWindowHours?: number | undefined
  /** The same for what a person of the business writes to serve them, where it is longer. */
  agentReplyWindowHours?: number | undefined
}

export interface SendRequest {
  userId: string
  /** Key of a purpose, or `consentReply`. */
  purpose: string
  /** Operator who wants to send; null for programs and Muster itself. */
  operatorId: string | null
  abilities: ChannelAbilities
  /** A person of the business says it, no program. */
  isByAgent: boolean
  /** The platform approved the message beforehand, and takes it outside the reply window, too. */
  isTemplate?: boolean | undefined
}

/** The purpose of Muster's own answer to a keyword, and of the question for consent: each answers what the person just wrote. */
export const consentReply = 'consent-reply'

type Code = (typeof sendCheckCodes)[number]
export interface Reason {
  code: Code
  message: string
  /** The line of the ledger behind it (uuid). */
  consentEventId: string | null
}

export interface Verdict {
  allowed: boolean
  reasons: Reason[]
  consentStatus: ConsentStatus | null
  requiredConsent: ConsentType
  /** The line of the ledger the answer rests on (uuid). */
  consentEventId: string | null
}

/** No purpose has this key. */
export class UnknownPurposeError extends Error {
  override name = 'UnknownPurposeError'
}

interface Facts {
  consent_status: ConsentStatus | null
  consent_type: ConsentType
  is_active: boolean
  platform_type: 'Standard' | 'Enhanced'
  blocked_reason: string | null
  is_blocked: boolean
  has_address: boolean
  line_id: string | null
  purpose_exists: boolean
  minimum_consent: ConsentType | null
  purpose_status: ConsentStatus | null
  purpose_line_id: string | null
  last_inbound_at: Date | null
  session_owner_id: string | null
  session_status: string | null
  elsewhere_id: string | null
  elsewhere_channel: string | null
}

const facts: Statement = {
  name: 'send_check',
  text: `
    select u.consent_status, c.consent_type, c.is_active, c.platform_type, u.blocked_reason, coalesce(u.blocked_until > $3, false) as is_blocked,
      exists (select from aliases a where a.messaging_user_id = u.id and a.until is null and a.resolves) as has_address,
      general.id as line_id, p.key is not null as purpose_exists, p.minimum_consent, mp.consent_status as purpose_status,
      special.id as purpose_line_id,
      (select m.sent_at from messages m where m.messaging_user_id = u.id and m.direction = 'inbound' order by m.sent_at desc limit 1) as last_inbound_at,
      s.owner_id as session_owner_id, s.status as session_status, elsewhere.id as elsewhere_id, elsewhere.name as elsewhere_channel
    from messaging_users u
    join channels c on c.id = u.channel_id
    left join purposes p on p.key = $2
    left join messaging_user_purposes mp on mp.messaging_user_id = u.id and mp.purpose = $2
    left join sessions s on s.messaging_user_id = u.id and s.ended_at is null
    left join lateral (
      select e.id, e.happened_at from consent_events e where e.messaging_user_id = u.id and e.purpose = 'all' order by e.number desc limit 1
    ) general on true
    left join lateral (
      select e.id from consent_events e where e.messaging_user_id = u.id and e.purpose = $2 order by e.number desc limit 1
    ) special on true
    left join lateral (
      -- The same person opted out on a channel whose opt-outs reach this one, and has not said yes here since.
      select e.id, oc.name
      from messaging_users o
      join channels oc on oc.id = o.channel_id
      join lateral (
        select e.id, e.happened_at from consent_events e where e.messaging_user_id = o.id and e.purpose = 'all' order by e.number desc limit 1
      ) e on true
      where o.id in (
          select same.id from messaging_users same where same.match_key = u.match_key
          union all
          -- Also where nobody can tell what number it is, but that it is the same.
          select other.messaging_user_id from aliases mine
          join aliases other on regexp_replace(other.key, '\\D', '', 'g') = regexp_replace(mine.key, '\\D', '', 'g')
            and other.kind = 'phone' and other.until is null
          where mine.messaging_user_id = u.id and mine.kind = 'phone' and mine.until is null
        )
        and o.id <> u.id and o.consent_status = 'OptedOut'
        and (oc.opt_out_scope = 'everything' or (oc.opt_out_scope = 'brand' and oc.brand = c.brand))
        and not (u.consent_status in ('ExplicitlyOptedIn', 'DoublyOptedIn') and coalesce(general.happened_at, '-infinity') > e.happened_at)
      limit 1
    ) elsewhere on true
    where u.id = $1`,
}

/**
 * May this person be written to, now and for this purpose? The one gate: everything that sends asks it, and it tells every reason.
 * @returns undefined if there is no such messaging user. @throws {UnknownPurposeError}
 */
export async function checkSend(run: Run, request: SendRequest, now: Date): Promise<Verdict | undefined> {
  const { userId, purpose, abilities } = request
  const [row] = await run<Facts>(facts, [userId, purpose, now])
  if (!row) return undefined
  if (!row.purpose_exists && purpose !== consentReply) throw new UnknownPurposeError(`There is no purpose ${purpose}`)
  const required = row.minimum_consent && levels.indexOf(row.minimum_consent) > levels.indexOf(row.consent_type) ? row.minimum_consent : row.consent_type
  const reasons = [
    ...channelReasons(row, abilities),
    ...purpose === consentReply ? [] : [...consentReasons(row, required, purpose), ...conversationReasons(row, request, now)],
  ]
  return {
    allowed: reasons.length === 0, reasons, consentStatus: row.consent_status, requiredConsent: required,
    consentEventId: row.purpose_line_id ?? row.line_id,
  }
}

const levels = ['ImplicitOptIn', 'ExplicitOptIn', 'DoubleOptIn']

function channelReasons(row: Facts, abilities: ChannelAbilities): Reason[] {
  const reasons: Reason[] = []
  if (!row.is_active) reasons.push(reason('channel_inactive', 'The channel is not active'))
  if (!abilities.canSend) reasons.push(reason('channel_cannot_send', 'Muster cannot send on this kind of channel'))
  if (!row.has_address) reasons.push(reason('no_address', 'The person has no address on this channel any more'))
  if (row.is_blocked) reasons.push(reason('blocked', `The messaging user is blocked${row.blocked_reason ? `: ${row.blocked_reason}` : ''}`))
  return reasons
}

function consentReasons(row: Facts, required: ConsentType, purpose: string): Reason[] {
  const reasons: Reason[] = []
  if (row.elsewhere_id) {
    reasons.push(reason('opted_out_elsewhere', `The person opted out on ${row.elsewhere_channel}, and that reaches this channel`, row.elsewhere_id))
  }
  if (row.consent_status === 'OptedOut') return [...reasons, reason('opted_out', 'The person opted out', row.line_id)]
  if (row.purpose_status === 'OptedOut') {
    return [...reasons, reason('purpose_opted_out', `The person opted out of ${purpose}`, row.purpose_line_id)]
  }
  if (isFullyOptedIn(row.consent_status, required) || isFullyOptedIn(row.purpose_status, required)) return reasons
  const said = row.purpose_status ?? row.consent_status
  return [...reasons, said === null
    ? reason('not_opted_in', 'The person has given no consent')
    : reason('consent_too_low', `${said} is less than this needs: ${required}`, row.purpose_line_id ?? row.line_id)]
}

function conversationReasons(row: Facts, request: SendRequest, now: Date): Reason[] {
  const { operatorId, abilities } = request
  const reasons: Reason[] = []
  const hasOpenSession = row.session_status !== null && row.session_status !== 'Consent'
  const mayBegin = abilities.businessInitiated && row.platform_type === 'Enhanced'
  if (!hasOpenSession && !mayBegin) {
    reasons.push(reason('business_initiated_not_allowed', 'On this channel the person has to write first'))
  }
  const replyWindowHours = replyWindowOf(request)
  if (replyWindowHours !== undefined && (row.last_inbound_at === null || now.getTime() - row.last_inbound_at.getTime() > replyWindowHours * 3_600_000)) {
    reasons.push(reason('reply_window_closed', `The person has not written in the last ${replyWindowHours} hours`))
  }
  if (row.session_owner_id !== null && row.session_owner_id !== operatorId) {
    reasons.push(reason('served_by_another', 'Another operator serves this person now'))
  }
  return reasons
}

function replyWindowOf({ abilities, isTemplate, isByAgent, purpose }: SendRequest): number | undefined {
  if (isTemplate) return undefined
  return (isByAgent && purpose === 'service' ? abilities.agentReplyWindowHours : undefined) ?? abilities.replyWindowHours
}

const reason = (code: Code, message: string, consentEventId: string | null = null): Reason => ({ code, message, consentEventId })
