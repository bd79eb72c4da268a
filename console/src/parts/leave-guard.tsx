import { Button, Group, Modal, Text } from '@mantine/core'
import { useBlocker } from '@tanstack/react-router'

/** Asks before unsaved changes are lost: by going elsewhere in the console, by closing the page or by reloading it. */
export function LeaveGuard({ unsaved }: { unsaved: boolean }) {
  const leaving = useBlocker({ shouldBlockFn: () => unsaved, enableBeforeUnload: () => unsaved, withResolver: true })
  const blocked = leaving.status === 'blocked'
  return (
    <Modal opened={blocked} onClose={() => leaving.reset?.()} title="Leave without saving?">
      <Text size="sm">What you have changed here is not saved yet.</Text>
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" size="sm" onClick={() => leaving.proceed?.()}>
          Discard the changes
        </Button>
        <Button size="sm" onClick={() => leaving.reset?.()} data-autofocus>
          Stay
        </Button>
      </Group>
    </Modal>
  )
}
