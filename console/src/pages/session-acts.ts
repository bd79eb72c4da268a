import type { Session } from '../../../src/contract/sessions.ts'
import { platformTypeWords, sessionWords } from '../parts/words.ts'

export type SessionAct = 'accept' | 'handOver' | 'release' | 'pause' | 'resume' | 'inactivate' | 'end'

const ended = 'It has ended'
const aboutConsent = 'It is about consent alone'

/** Why each act is impossible on a session just now; undefined where it is possible. The server decides; this only spares the refusal. */
export function obstacles(session: Session, me: string | undefined): Record<SessionAct, string | undefined> {
  if (session.endedAt) {
    return { accept: ended, handOver: ended, release: ended, pause: ended, resume: ended, inactivate: ended, end: ended }
  }
  const nobody = session.status === 'Consent' ? aboutConsent : undefined
  return {
    accept: nobody ?? whyNotAccept(session, me),
    handOver: nobody,
    release: nobody ?? (session.ownerId === null && session.status !== 'Paused' ? 'Nobody serves it' : undefined),
    pause: whyNotHalt(session, 'Paused'),
    resume: session.status === 'Paused' || session.status === 'Inactive' ? undefined : 'It is neither paused nor inactive',
    inactivate: whyNotHalt(session, 'Inactive'),
    end: undefined,
  }
}

function whyNotAccept({ status, ownerId, ownerName }: Session, me: string | undefined): string | undefined {
  if (status === 'Paused') return 'It is paused: resume it'
  if (status !== 'Active' || ownerId === null) return undefined
  return ownerId === me ? 'You serve it already' : `${ownerName ?? 'Somebody else'} serves it: hand it over`
}

function whyNotHalt({ platformType, status }: Session, to: 'Paused' | 'Inactive'): string | undefined {
  if (platformType === 'Standard') return `Not on a ${platformTypeWords.Standard.label.toLowerCase()} channel`
  if (status === to) return `It is ${sessionWords[to].label.toLowerCase()} already`
  return status === 'Active' ? undefined : 'Only an active session can be'
}
