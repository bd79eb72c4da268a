import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { Import } from '../../../src/contract/imports.ts'
import { importQuery, isUnderWay } from '../api/import-queries.ts'
import { channelsQuery } from '../api/queries.ts'
import { Ago, PageHead, Status } from '../parts/bits.tsx'
import { delimiterWords, encodingWords, formatBytes, importStatusWords } from '../parts/import-words.ts'
import { Problem } from '../parts/problem.tsx'
import { Loaded } from '../parts/states.tsx'
import { BackLink } from './back-link.tsx'
import { ImportActs } from './import-acts.tsx'
import { ImportKept } from './import-kept.tsx'
import { ImportOutcomes } from './import-outcomes.tsx'
import { ImportProgress } from './import-progress.tsx'
import { ImportSettingsForm } from './import-settings.tsx'

/** One import, from what its columns mean to its undoing. */
export function ImportPage() {
  const { importId } = useParams({ from: '/signed-in/imports/$importId' })
  const query = useQuery(importQuery(importId))
  return (
    <Loaded query={query} isPage>
      {(item) => (
        <>
          <PageHead title={<bdi className="wrap-any">{item.fileName}</bdi>} back={<BackLink to="/imports">Imports</BackLink>}>
            <ImportActs item={item} />
          </PageHead>
          <Facts item={item} />
          <div className="import-grid">
            {item.failure && <Problem title="The import failed">{item.failure}</Problem>}
            {item.status === 'ready' || item.status === 'checking' ? (
              <ImportSettingsForm key={item.id} item={item} />
            ) : (
              <>
                <ImportProgress item={item} />
                {item.kept > 0 && item.status === 'undone' && <ImportKept item={item} />}
                {item.startedAt && !isUnderWay(item) && <ImportOutcomes item={item} />}
              </>
            )}
          </div>
        </>
      )}
    </Loaded>
  )
}

function Facts({ item }: { item: Import }) {
  const { data: channels } = useQuery(channelsQuery)
  const channel = channels?.find(({ id }) => id === item.channelId)?.name
  const isStarted = item.startedAt !== null
  const kind = item.encoding && item.delimiter && `${encodingWords(item.encoding)}, ${delimiterWords(item.delimiter)}`
  return (
    <dl className="highlights">
      <div>
        <dt>Status</dt>
        <dd>
          <span role="status">
            <Status {...importStatusWords[item.status]} />
          </span>
        </dd>
      </div>
      {isStarted && channel && <Fact label="Channel" value={channel} />}
      {isStarted && item.consentSource && <Fact label="Source of the consent" value={item.consentSource} />}
      {item.isFile && kind && <Fact label="File" value={`${formatBytes(item.size)}, ${kind}`} />}
      <Fact label="By" value={item.createdBy} />
      <div>
        <dt>{isStarted ? 'Started' : 'Uploaded'}</dt>
        <dd>
          <Ago at={item.startedAt ?? item.createdAt} />
        </dd>
      </div>
    </dl>
  )
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd dir="auto" className="wrap-any">
        {value}
      </dd>
    </div>
  )
}
