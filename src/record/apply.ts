import { DatabaseError } from 'pg'
import { applyAddresses } from './addresses.ts'
import { applyAmendments } from './amendments.ts'
import { applyConversation } from './apply-conversation.ts'
import { rulesOf } from './channel-rules.ts'
import type { ConversationContext } from './conversation.ts'
import { isCollision } from './collision.ts'
import { identifiersOf, type AmendmentEvent, type ChannelEvent, type ConversationEvent, type Outcome } from './event.ts'
import { applyHistory } from './history.ts'
import { findRepeatedMessages } from './messages.ts'
import { changedUsers, findPeople, groupByPerson, lookUp, type ChangedUser, type Registered } from './people.ts'
import { applyProfiles } from './profiles.ts'
import { keepRejects } from './rejects.ts'
import { planStages, type Stage } from './stages.ts'
import { together, type Run, type Statement } from './statement.ts'
import { applyWatermarks } from './watermarks.ts'

/**
 * Session settings of every connection that applies events: without them a fresh, empty database caches sequential-scan plans. Nobody is looked up
 * twice in a batch, so there is nothing to memoize.
 */
export const applySettings = 'set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set enable_memoize = off'

export interface Applied {
  outcomes: Outcome[]
  /** uuids of the messaging users that changed, with their channels. */
  changed: ChangedUser[]
}

/**
 * Applies events and commits them; when it returns, everything is durable. One bad event is set aside as a reject and its
 * neighbours commit: a batch that fails on its data is halved until the culprit is alone.
 * @throws whatever the database throws for reasons other than the data (connection lost, shutting down): nothing was committed,
 * or the commit's fate is unknown, and redelivery is safe either way.
 */
export async function applyEvents(run: Run, items: ChannelEvent[]): Promise<Applied> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await applyOnce(run, items, attempt === 1)
    } catch (error) {
      // Two events of one batch can collide with each other as well, e.g. over a change of address between them: then they go apart.
      if (isOvertaken(error) && attempt < 5) continue
      if (!isBadData(error) && !(isOvertaken(error) && items.length > 1)) throw error
      if (items.length === 1) return { outcomes: [await reject(run, items[0]!, error as Error)], changed: [] }
      const half = items.length >> 1
      const first = await applyEvents(run, items.slice(0, half))
      const second = await applyEvents(run, items.slice(half))
      return { outcomes: [...first.outcomes, ...second.outcomes], changed: [...first.changed, ...second.changed] }
    }
  }
}

const begin: Statement = { name: 'begin', text: 'begin' }
const commit: Statement = { name: 'commit', text: 'commit' }
const rollback: Statement = { name: 'rollback', text: 'rollback' }
const claim: Statement = {
  name: 'claim_events',
  text: `
    insert into inbound_events (channel_id, event_id)
    select channel_id, event_id from unnest($1::uuid[], $2::text[]) as i(channel_id, event_id) order by 1, 2
    on conflict do nothing returning channel_id, event_id`,
}

/**
 * @param hopeful expects that no message is in the record already, and nothing waits for one: the platform seldom tells of one under two
 * event ids, or of what became of it before, and if it did, the transaction collides with what is there and is done again with a look first
 */
async function applyOnce(connection: Run, items: ChannelEvent[], hopeful: boolean): Promise<Applied> {
  const run = upToCommit(connection)
  try {
    const [, claimed, registered, rules] = await together(
      run(begin),
      run<{ channel_id: string; event_id: string }>(claim, [items.map(item => item.channelId), items.map(item => item.event.eventId)]),
      lookUp(run, items.flatMap(item => identifiersOf(item).map(key => `${item.channelId}/${key}`))),
      rulesOf(run, [...new Set(items.map(item => item.channelId))]),
    )
    const unclaimed = new Set(claimed.map(row => `${row.channel_id}/${row.event_id}`))
    // delete() is true once for each: a repetition within the batch is a duplicate too
    const fresh = items.filter(item => unclaimed.delete(`${item.channelId}/${item.event.eventId}`))
    const waiting = new Set<ChannelEvent>()
    const changed = new Map<string, string>()
    const stages = planStages(fresh)
    let isCommitted = false
    for (const [n, stage] of stages.entries()) {
      const done = await applyStage(run, stage, { rules, hopeful, isLast: n === stages.length - 1 }, n === 0 ? registered : undefined)
      for (const item of done.waiting ?? []) waiting.add(item)
      for (const change of done.changed) changed.set(change.userId, change.channelId)
      isCommitted = done.isCommitted ?? false
    }
    if (!isCommitted) await run(commit)
    const freshSet = new Set(fresh)
    return {
      outcomes: items.map(item => ({ outcome: waiting.has(item) ? 'waiting' : freshSet.has(item) ? 'applied' : 'duplicate' })),
      changed: [...changed].map(([userId, channelId]) => ({ userId, channelId })),
    }
  } catch (error) {
    await connection(rollback).catch(() => {}) // the first error is the one to tell; a lost connection rolls back by itself
    throw error
  }
}

/** Nothing of a transaction may be sent behind its commit: it would be lost for the transaction, and be in nobody's. */
function upToCommit(run: Run): Run {
  let isOver = false
  return (statement, values) => {
    if (isOver) throw new Error(`${statement.name} was sent behind the commit`)
    isOver = statement === commit
    return run(statement, values)
  }
}

async function applyStage(
  run: Run, stage: Stage, { rules, hopeful, isLast }: Pick<ConversationContext, 'rules'> & { hopeful: boolean; isLast: boolean }, registered?: Registered,
): Promise<{ changed: Applied['changed']; waiting?: Set<ChannelEvent>; isCommitted?: boolean }> {
  switch (stage.kind) {
    case 'conversation': {
      // What the business said elsewhere is often our own come back.
      const isHopeful = hopeful && stage.items.every(({ event }) => event.kind !== 'message.sent')
      const repeated = isHopeful ? none : await findRepeatedMessages(run, stage.items)
      return applyConversation(run, stage.items, { rules, repeated, commit: isHopeful && isLast ? commit : undefined }, registered)
    }
    case 'history':
      return { changed: await applyHistory(run, stage.items, rules, registered) }
    case 'amendments': {
      const done = await applyAmendments(run, stage.items, registered)
      const optOuts = stage.items.flatMap(optOutByCarrier)
      if (optOuts.length === 0) return done
      return { ...done, changed: [...done.changed, ...(await applyConversation(run, optOuts, { rules, repeated: none })).changed] }
    }
    case 'watermarks':
      return { changed: await applyWatermarks(run, stage.items, registered) }
    case 'addresses':
      return { changed: await applyAddresses(run, stage.items, rules, registered) }
    case 'profiles': {
      const people = await findPeople(run, groupByPerson(stage.items), registered)
      await applyProfiles(run, people)
      return { changed: changedUsers(people) }
    }
  }
}

const none: ReadonlySet<ChannelEvent> = new Set()

/** A carrier refused to deliver because the person told it that they want nothing: consent follows, whatever became of the message. */
function optOutByCarrier({ channelId, event }: AmendmentEvent): ConversationEvent[] {
  const error = event.kind === 'message.status' ? event.error : undefined
  if (!error?.optedOut) return []
  const { eventId, occurredAt, user } = event
  const words = `${error.code} ${error.title}`.trim()
  return [{ channelId, source: 'carrier', event: { kind: 'consent.changed', eventId, occurredAt, user, status: 'OptedOut', purpose: error.optedOut, words } }]
}

async function reject(run: Run, item: ChannelEvent, error: Error): Promise<Outcome> {
  const reason = error instanceof DatabaseError ? `The database refused it: ${error.message}` : `It could not be applied: ${error.message}`
  await keepRejects(run, [{ channelId: item.channelId, eventId: item.event.eventId, reason, payload: item.event }])
  return { outcome: 'rejected', reason }
}

const sqlState = (error: unknown) => (error instanceof DatabaseError ? (error.code ?? '') : '')
/** Or somebody was there who is gone. */
const isOvertaken = (error: unknown) => isCollision(error) || sqlState(error) === '23503'
/** Data exception, constraint violation, limit exceeded; or our own code tripping over what it was given. */
const isBadData = (error: unknown) =>
  ['22', '23', '54'].includes(sqlState(error).slice(0, 2)) || error instanceof TypeError || error instanceof RangeError
