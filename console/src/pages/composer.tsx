import { useEffect, useRef, type KeyboardEvent } from 'react'
import { Button, Group, Kbd, Select, Text, Textarea } from '@mantine/core'
import { useDebouncedCallback, useSessionStorage, useThrottledCallback } from '@mantine/hooks'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { IconSend } from '@tabler/icons-react'
import type { SendCheckResult } from '../../../src/contract/consent.ts'
import type { MessagingUser } from '../../../src/contract/messaging-users.ts'
import type { Message } from '../../../src/contract/sessions.ts'
import { post } from '../api/client.ts'
import { purposesQuery, sendCheckQuery } from '../api/queries.ts'
import { useMay } from '../parts/access.tsx'
import { randomKey } from '../parts/format.ts'
import { Problem } from '../parts/problem.tsx'
import { SendReasons } from './send-reasons.tsx'
import { usePurposeName } from './purposes.ts'

/** Time passes and rules change while somebody types; so the gate is asked again after a pause. */
const askAgainAfterMs = 1000
const textMax = 4096
/** Platforms show for five seconds and more that somebody is writing. */
const tellAgainAfterMs = 4000

interface Draft {
  text: string
  purpose: string
  /** Goes with the text: sent twice under one key, it is said once. */
  key: string
}
const emptyDraft = (): Draft => ({ text: '', purpose: 'service', key: randomKey() })

interface ComposerProps {
  user: MessagingUser
  /** From the beginning: somebody has just asked to write. */
  takesFocus?: boolean
}

/** Where agents write. In place of the box it says why, if the person may not be written to. */
export function Composer({ user, takesFocus = false }: ComposerProps) {
  const section = useRef<HTMLElement>(null)
  const mayWrite = useMay('agent')
  const [draft, setDraft] = useSessionStorage<Draft>({
    key: `muster.draft.${user.id}`,
    defaultValue: emptyDraft(),
    getInitialValueInEffect: false,
  })
  const check = useQuery(sendCheckQuery(user.id, draft.purpose))
  const purposeName = usePurposeName()
  useEffect(() => {
    if (takesFocus) section.current?.querySelector<HTMLElement>('textarea, .refused')?.focus()
  }, [takesFocus])
  if (!mayWrite) return <div className="composer dim">Your role can only read.</div>
  return (
    <section className="composer" aria-label="Write to the person" ref={section}>
      {check.data && !check.data.allowed ? (
        <Refused userId={user.id} result={check.data} purpose={purposeName(draft.purpose)} />
      ) : (
        <WritingBox user={user} draft={draft} setDraft={setDraft} isReady={check.data !== undefined} />
      )}
      {check.error && (
        <Text size="xs" className="bad" role="alert">
          Whether they may be written to is not known: {check.error.message}
        </Text>
      )}
      <Purpose value={draft.purpose} onChange={(purpose) => setDraft({ ...draft, purpose, key: randomKey() })} />
    </section>
  )
}

function Refused({ userId, result, purpose }: { userId: string; result: SendCheckResult; purpose: string }) {
  return (
    <div className="refused" role="status" tabIndex={-1}>
      <b>You cannot write to this person now</b>
      <SendReasons userId={userId} result={result} purpose={purpose} />
    </div>
  )
}

interface WritingBoxProps {
  user: MessagingUser
  draft: Draft
  setDraft: (draft: Draft) => void
  isReady: boolean
}

function WritingBox({ user, draft, setDraft, isReady }: WritingBoxProps) {
  const box = useRef<HTMLTextAreaElement>(null)
  const client = useQueryClient()
  const askAgain = useDebouncedCallback(
    () => void client.invalidateQueries({ queryKey: sendCheckQuery(user.id, draft.purpose).queryKey }),
    askAgainAfterMs,
  )
  // Worthless a moment later: whether it was told is nothing to anybody.
  const tellTyping = useThrottledCallback(
    () => void post(`/api/v1/messaging-users/${user.id}/typing`).catch(() => undefined),
    tellAgainAfterMs,
  )
  const send = useMutation({
    mutationFn: () =>
      post<Message>('/api/v1/messages', {
        messagingUserId: user.id,
        text: draft.text,
        purpose: draft.purpose,
        idempotencyKey: draft.key,
      }),
    onSuccess: () => setDraft({ ...draft, text: '', key: randomKey() }),
    onSettled: () => client.invalidateQueries({ queryKey: ['messaging-user', user.id] }),
  })
  useEffect(() => {
    if (send.isSuccess) box.current?.focus()
  }, [send.isSuccess])
  const canSend = isReady && draft.text.trim() !== '' && !send.isPending
  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    if (canSend) send.mutate()
  }
  return (
    <>
      <Textarea
        ref={box}
        aria-label="Message"
        placeholder="Write a message"
        autosize
        minRows={2}
        maxRows={10}
        maxLength={textMax}
        dir="auto"
        value={draft.text}
        readOnly={send.isPending}
        onKeyDown={onKeyDown}
        onChange={(event) => {
          setDraft({ ...draft, text: event.currentTarget.value, key: randomKey() })
          askAgain()
          if (event.currentTarget.value.trim() !== '') tellTyping()
        }}
      />
      {send.error && <Problem title="Not sent">{send.error.message}</Problem>}
      <Group justify="flex-end" gap="xs" className="composer-send">
        <Text size="xs" c="dimmed" visibleFrom="sm">
          <Kbd size="xs">{isMac ? '⌘' : 'Ctrl'}</Kbd> + <Kbd size="xs">Enter</Kbd>
        </Text>
        <Button
          size="xs"
          leftSection={<IconSend size={14} />}
          disabled={!canSend && !send.isPending}
          loading={send.isPending}
          onClick={() => send.mutate()}
        >
          {send.error ? 'Try again' : 'Send'}
        </Button>
      </Group>
    </>
  )
}

const isMac = navigator.userAgent.includes('Mac')

function Purpose({ value, onChange }: { value: string; onChange: (purpose: string) => void }) {
  const { data: purposes = [] } = useQuery(purposesQuery)
  return (
    <Select
      aria-label="Purpose of the message"
      size="xs"
      w={150}
      className="composer-purpose"
      data={purposes.map(({ key, label }) => ({ value: key, label }))}
      allowDeselect={false}
      value={value}
      onChange={(purpose) => purpose && onChange(purpose)}
    />
  )
}
