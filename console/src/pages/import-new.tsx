import { useEffect, useRef, useState, type DragEvent } from 'react'
import { Button, Group, Paper, Progress, Stack, Text, Textarea } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { IconFileTypeCsv } from '@tabler/icons-react'
import type { Import } from '../../../src/contract/imports.ts'
import { ApiError, upload, withQuery } from '../api/client.ts'
import { useMay } from '../parts/access.tsx'
import { PageHead } from '../parts/bits.tsx'
import { formatBytes } from '../parts/import-words.ts'
import { LeaveGuard } from '../parts/leave-guard.tsx'
import { Problem } from '../parts/problem.tsx'
import { ErrorState } from '../parts/states.tsx'
import { BackLink } from './back-link.tsx'
import { ImportChannel } from './import-channel.tsx'

/** First step: the file, and what counts for all of its rows. */
export function NewImportPage() {
  const [file, setFile] = useState<File>()
  const [channelId, setChannelId] = useState<string | null>(null)
  const [consentSource, setConsentSource] = useState('')
  const sending = useUpload()
  if (!useMay('agent')) return <ErrorState error={new ApiError(403, 'forbidden', 'Your role can only read.')} isPage />
  function choose(chosen: File) {
    sending.reset()
    setFile(chosen)
  }
  return (
    <>
      <PageHead title="Import messaging users" back={<BackLink to="/imports">Imports</BackLink>} />
      <Paper withBorder p="lg" maw={680}>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            if (file) sending.mutate({ file, channelId: channelId ?? undefined, consentSource: consentSource.trim() || undefined })
          }}
        >
          <Stack gap="md">
            <FileDrop file={file} onChoose={choose} disabled={sending.isPending} />
            {sending.error && <Problem title="Not uploaded">{sending.error.message}</Problem>}
            <ImportChannel value={channelId} onChange={setChannelId} disabled={sending.isPending} />
            <Textarea
              label="Where the people gave their consent"
              description="A form, an event, another system. Needed if the file has a column with the consent, and no column with its source."
              placeholder="Newsletter form, spring 2026"
              autosize
              maxLength={500}
              value={consentSource}
              onChange={(event) => setConsentSource(event.currentTarget.value)}
              disabled={sending.isPending}
            />
            {sending.isPending ? (
              <Uploading part={sending.part} onCancel={sending.cancel} />
            ) : (
              <Group gap="sm">
                <Button type="submit" disabled={!file}>
                  Upload
                </Button>
                <Text size="sm" c="dimmed">
                  Nothing is imported yet.
                </Text>
              </Group>
            )}
          </Stack>
        </form>
      </Paper>
      <LeaveGuard unsaved={sending.isPending} />
    </>
  )
}

interface Sent {
  file: File
  channelId?: string
  consentSource?: string
}

function useUpload() {
  const navigate = useNavigate()
  const [part, setPart] = useState(0)
  const stop = useRef<AbortController>(undefined)
  useEffect(() => () => stop.current?.abort(), [])
  const sending = useMutation({
    mutationFn: ({ file, ...query }: Sent) => {
      setPart(0)
      stop.current = new AbortController()
      const path = withQuery('/api/v1/imports', { fileName: file.name.slice(-255), ...query })
      return upload<Import>(path, file, { onProgress: setPart, signal: stop.current.signal })
    },
    onSuccess: ({ id }) => navigate({ to: '/imports/$importId', params: { importId: id }, ignoreBlocker: true }),
  })
  function cancel() {
    stop.current?.abort()
    sending.reset()
  }
  return { ...sending, part, cancel }
}

function Uploading({ part, onCancel }: { part: number; onCancel: () => void }) {
  const percent = Math.floor(part * 100)
  return (
    <div>
      <Group justify="space-between" mb={6}>
        <Text size="sm" role="status">
          {part < 1 ? 'Uploading …' : 'Looking at the file …'}
        </Text>
        <Group gap="sm">
          <Text size="sm" c="dimmed">
            {percent} %
          </Text>
          <Button variant="default" size="xs" onClick={onCancel}>
            Cancel
          </Button>
        </Group>
      </Group>
      <Progress value={percent} animated={part === 1} aria-label={`${percent} percent uploaded`} />
    </div>
  )
}

interface FileDropProps {
  file: File | undefined
  onChoose: (file: File) => void
  disabled: boolean
}

/** Any kind of file can be chosen: the server says what to do about a workbook. */
function FileDrop({ file, onChoose, disabled }: FileDropProps) {
  const [over, setOver] = useState(false)
  function drop(event: DragEvent) {
    event.preventDefault()
    setOver(false)
    const [dropped] = event.dataTransfer.files
    if (dropped && !disabled) onChoose(dropped)
  }
  return (
    <label
      className="file-drop"
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <input
        type="file"
        className="file-input"
        disabled={disabled}
        onChange={(event) => {
          const [chosen] = event.currentTarget.files ?? []
          if (chosen) onChoose(chosen)
        }}
      />
      <IconFileTypeCsv size={28} stroke={1.5} aria-hidden />
      {file ? (
        <span>
          <b dir="auto">{file.name}</b>
          <small>{formatBytes(file.size)} · choose another</small>
        </span>
      ) : (
        <span>
          <b>Drop a CSV file here, or choose one</b>
          <small>Of any size. Its first line names the columns.</small>
        </span>
      )}
    </label>
  )
}
