import { Group, Text } from '@mantine/core'

export function Logo() {
  return (
    <Group gap={8} wrap="nowrap">
      <img src="/favicon.svg" alt="" width={24} height={24} />
      <Text fw={700} size="md" lts="-0.01em">
        Muster
      </Text>
    </Group>
  )
}
