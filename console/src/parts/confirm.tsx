import { useState, type ReactNode } from 'react'
import { Alert, Button, Group, Modal, Text } from '@mantine/core'

interface ConfirmProps {
  opened: boolean
  onClose: () => void
  title: string
  /** What the button says. */
  action: string
  /** Of the button; red unless nothing is lost by it. */
  colour?: string
  /** A refusal of it is shown in the dialog. */
  onConfirm: () => Promise<unknown>
  children: ReactNode
}

/** Asks before something that cannot be undone. */
export function Confirm({ opened, onClose, title, action, colour = 'red.9', onConfirm, children }: ConfirmProps) {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  async function confirm() {
    setBusy(true)
    setProblem(undefined)
    try {
      await onConfirm()
      onClose()
    } catch (error) {
      setProblem((error as Error).message)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <Text size="sm">{children}</Text>
      {problem && (
        <Alert color="red" variant="light" mt="sm" role="alert" className="alert">
          {problem}
        </Alert>
      )}
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" size="sm" onClick={onClose}>
          Cancel
        </Button>
        <Button color={colour} size="sm" loading={busy} onClick={confirm}>
          {action}
        </Button>
      </Group>
    </Modal>
  )
}
