import type { ReactNode } from 'react'
import type { KeywordTrialResult } from '../../../src/contract/consent.ts'
import { Status } from '../parts/bits.tsx'
import { consentWords, keywordKindWords, trialSessionWords } from '../parts/words.ts'
import { languageName } from './keyword-words.ts'

/** What a message was understood as, and what it would do. */
export function TrialResult({ text, result }: { text: string; result: KeywordTrialResult }) {
  const { consentStatus, isFullyOptedIn, pending, reply, sessionStatus } = result
  return (
    <>
      <div className="trial-talk">
        <Bubble direction="inbound">{text}</Bubble>
        {reply ? <Bubble direction="outbound">{reply}</Bubble> : <p className="dim end">No reply is sent</p>}
      </div>
      <dl className="fields trial-facts">
        <Fact name="Understood as">
          <Understood result={result} />
        </Fact>
        <Fact name="Consent then">
          <Status {...consentWords[consentStatus ?? 'none']} />
          {pending && <span className="source">waits for the second word</span>}
        </Fact>
        <Fact name="Fully opted in">{isFullyOptedIn ? 'Yes: they may be written to' : 'No'}</Fact>
        <Fact name="Session">{trialSessionWords[sessionStatus]}</Fact>
      </dl>
    </>
  )
}

function Understood({ result: { keyword, revocation } }: { result: KeywordTrialResult }) {
  if (keyword) {
    return (
      <>
        {keywordKindWords[keyword.kind]} <b dir="auto">{keyword.word}</b>
        <span className="source">{languageName(keyword.language)}</span>
      </>
    )
  }
  if (revocation) {
    return (
      <>
        Reads like a revocation: would go to the review queue
        <span className="source">
          “<bdi>{revocation.phrase}</bdi>”, {languageName(revocation.language)}
        </span>
      </>
    )
  }
  return 'An ordinary message'
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Bubble({ direction, children }: { direction: 'inbound' | 'outbound'; children: string }) {
  return (
    <div className="bubble-row" data-direction={direction}>
      <div className="bubble">
        <p dir="auto">{children}</p>
      </div>
    </div>
  )
}
