import { useDisclosure } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { Channel } from '../../../src/contract/channels.ts'
import type { LanguageKeywords } from '../../../src/contract/consent.ts'
import { remove } from '../api/client.ts'
import { keywordsQuery } from '../api/queries.ts'
import { GuardedButton } from '../parts/access.tsx'
import { Confirm } from '../parts/confirm.tsx'

interface ResetProps {
  channel: Channel
  entry: LanguageKeywords
  onReset: () => void
}

export function ResetKeywords({ channel, entry, onReset }: ResetProps) {
  const [asking, dialog] = useDisclosure(false)
  const client = useQueryClient()
  const navigate = useNavigate()
  async function reset() {
    await remove(`/api/v1/channels/${channel.id}/keywords/${entry.language}`)
    onReset()
    await client.invalidateQueries({ queryKey: ['channels', channel.id] })
    const left = client.getQueryData(keywordsQuery(channel.id).queryKey)
    if (left?.some(({ language }) => language === entry.language)) return
    await navigate({ to: '/channels/$channelId', params: { channelId: channel.id }, search: { tab: 'keywords' } })
  }
  return (
    <>
      <GuardedButton
        role="admin"
        variant="default"
        blockedBy={entry.isDefault ? 'They are what Muster ships' : undefined}
        onClick={dialog.open}
      >
        Reset to what Muster ships
      </GuardedButton>
      <Confirm
        opened={asking}
        onClose={dialog.close}
        title={`Reset ${entry.languageName}?`}
        action="Reset"
        onConfirm={reset}
      >
        Your words and replies for {entry.languageName} are replaced by those Muster ships. Where it ships none for the language,
        the language is taken off the list. This cannot be undone.
      </Confirm>
    </>
  )
}
