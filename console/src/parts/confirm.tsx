import { useState, type ReactNode } from 'react'
import { Alert, Button, Group, Modal, Text } from '@mantine/core'

interface ConfirmProps {
  opened: boolean
  onClose: () => void
  title: string
  /** What the red button says. */
  action: string
  /** A refusal of it is shown in the dialog. */
  onConfirm: () => Promise<unknown>
  children: ReactNode
}

/** Asks before something that cannot be undone. */
export function Confirm({ opened, onClose, title, action, onConfirm, children }: ConfirmProps) {
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
        <Button color="red.9" size="sm" loading={busy} onClick={confirm}>
          {action}
        </Button>
      </Group>
    </Modal>
  )
}
