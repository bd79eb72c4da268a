import { useState } from 'react'
import { Anchor, Button, FileInput, Group, Modal, Stack, Table, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { IconFileTypeCsv } from '@tabler/icons-react'
import type { ImportResult } from '../../../src/contract/individuals.ts'
import { postFile } from '../api/client.ts'
import { formatCount } from '../parts/format.ts'
import { Problem } from '../parts/problem.tsx'

interface RecordImportProps {
  object: 'individuals' | 'accounts'
  onClose: () => void
}

/** Takes a CSV file: first it tells what would happen, then it does it. */
export function RecordImport({ object, onClose }: RecordImportProps) {
  const [file, setFile] = useState<File | null>(null)
  const client = useQueryClient()
  const path = `/api/v1/${object}/imports`
  const trial = useMutation({ mutationFn: (chosen: File) => postFile<ImportResult>(`${path}?dryRun=true`, chosen, 'text/csv') })
  const real = useMutation({
    mutationFn: (chosen: File) => postFile<ImportResult>(path, chosen, 'text/csv'),
    onSuccess: async (result) => {
      await client.invalidateQueries({ queryKey: ['list', object] })
      notifications.show({ message: `${formatCount(result.created)} created, ${formatCount(result.updated)} changed` })
      if (result.rejectedCount === 0) onClose()
    },
  })
  function choose(chosen: File | null) {
    setFile(chosen)
    real.reset()
    if (chosen) trial.mutate(chosen)
    else trial.reset()
  }
  const error = real.error ?? trial.error
  const result = real.data ?? trial.data
  const wouldChange = trial.data && trial.data.created + trial.data.updated > 0
  return (
    <Modal opened onClose={onClose} title={`Import ${object === 'accounts' ? 'accounts' : 'contacts'} from CSV`} size="lg">
      <Stack>
        <Text size="sm" c="dimmed">
          UTF-8, with the columns of the <Anchor href={`/api/v1/${object}/export`} download inherit underline="always">export</Anchor>. A row changes the
          record with its <code>id</code> or first external id, or creates one. Empty cells change nothing.
        </Text>
        <FileInput
          label="File"
          accept=".csv,text/csv"
          placeholder="Choose a CSV file"
          leftSection={<IconFileTypeCsv size={17} aria-hidden />}
          clearable
          clearButtonProps={{ 'aria-label': 'Choose no file' }}
          value={file}
          onChange={choose}
          disabled={real.isPending}
        />
        {trial.isPending && <Text size="sm" role="status">Reading the file …</Text>}
        {error && <Problem title="Not imported">{error.message}</Problem>}
        {result && <Outcome result={result} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" size="sm" onClick={onClose}>
            {real.data ? 'Close' : 'Cancel'}
          </Button>
          {!real.data && (
            <Button size="sm" disabled={!wouldChange || !file} loading={real.isPending} onClick={() => file && real.mutate(file)}>
              {wouldChange ? `Import ${formatCount(trial.data.created + trial.data.updated)}` : 'Import'}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  )
}

function Outcome({ result }: { result: ImportResult }) {
  const counts = [
    [result.dryRun ? 'Would be created' : 'Created', result.created],
    [result.dryRun ? 'Would be changed' : 'Changed', result.updated],
    ['As they are already', result.unchanged],
    ['Left out', result.rejectedCount],
  ] as const
  return (
    <div role="status">
      {result.dryRun && (
        <Text size="sm" fw={550}>
          Nothing has been changed yet.
        </Text>
      )}
      <dl className="highlights">
        {counts.map(([label, count]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{formatCount(count)}</dd>
          </div>
        ))}
      </dl>
      {result.rejectedCount > 0 && <Rejected result={result} />}
    </div>
  )
}

function Rejected({ result: { rejected, rejectedCount } }: { result: ImportResult }) {
  return (
    <>
      <div className="import-rejects" tabIndex={0} role="region" aria-label="Lines that are left out">
        <Table className="data-table compact">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Line</Table.Th>
              <Table.Th>Column</Table.Th>
              <Table.Th>Why it is left out</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rejected.map(({ line, field, reason }) => (
              <Table.Tr key={`${line} ${field} ${reason}`}>
                <Table.Td>{line}</Table.Td>
                <Table.Td>{field ?? '–'}</Table.Td>
                <Table.Td className="wide-cell">{reason}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {rejectedCount > rejected.length && (
        <Text size="xs" c="dimmed" mt={6}>
          The first {formatCount(rejected.length)} of {formatCount(rejectedCount)} are shown.
        </Text>
      )}
    </>
  )
}
