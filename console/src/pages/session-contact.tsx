import type { ReactNode } from 'react'
import type { Session } from '../../../src/contract/sessions.ts'
import { RecordLink } from '../parts/record-link.tsx'

/** Below whom a session is with: the contact it has, and who that would be today, if it is another. */
export function SessionContact({ session: { contactId, contactName, currentLinks: now }, children }: { session: Session; children: ReactNode }) {
  return (
    <span className="user-link-text">
      {children}
      {contactId && (
        <small title={`Contact: ${contactName}`}>
          <RecordLink id={contactId}>{contactName}</RecordLink>
        </small>
      )}
      {contactId !== now.contactId && (
        <small title={`Contact now: ${now.contactName ?? 'none'}`}>
          now {now.contactId ? <RecordLink id={now.contactId}>{now.contactName}</RecordLink> : 'none'}
        </small>
      )}
    </span>
  )
}

/** A line for where today's contact is to be seen anyhow; nothing if the session has the same, or none. */
export function ContactThen({ session: { contactId, contactName, currentLinks: now } }: { session: Session }) {
  if (!contactId || contactId === now.contactId) return null
  return (
    <div className="session-line dim">
      Contact then:
      <RecordLink id={contactId} className="cut">
        {contactName}
      </RecordLink>
    </div>
  )
}
