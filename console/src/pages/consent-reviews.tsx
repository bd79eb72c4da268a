import { Paper, Tabs } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { IconCircleCheck } from '@tabler/icons-react'
import { consentReviewsQuery, rowsOf } from '../api/queries.ts'
import { PageHead } from '../parts/bits.tsx'
import { LoadMore } from '../parts/load-more.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { ReviewCard } from './consent-review.tsx'

/** Messages that may withdraw consent in other words than a keyword: a person reads them and decides. */
export function ConsentReviewsPage() {
  const { decided } = useSearch({ from: '/signed-in/consent-reviews' })
  const navigate = useNavigate()
  return (
    <>
      <PageHead title="Consent reviews" />
      <Tabs
        value={decided ? 'decided' : 'open'}
        onChange={(tab) => navigate({ to: '/consent-reviews', search: { decided: tab === 'decided' || undefined }, replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="open">Open</Tabs.Tab>
          <Tabs.Tab value="decided">Decided</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="open">
          <Reviews open />
        </Tabs.Panel>
        <Tabs.Panel value="decided">
          <Reviews open={false} />
        </Tabs.Panel>
      </Tabs>
    </>
  )
}

function Reviews({ open }: { open: boolean }) {
  const query = useInfiniteQuery(consentReviewsQuery(open))
  return (
    <Loaded query={query}>
      {(data) => {
        const reviews = rowsOf(data)
        if (reviews.length === 0) return <NoReviews open={open} />
        return (
          <>
            <ol className="reviews" aria-label={open ? 'Open reviews, most urgent first' : 'Decided reviews, latest first'}>
              {reviews.map((review) => (
                <ReviewCard key={review.id} review={review} />
              ))}
            </ol>
            <LoadMore query={query} shown={reviews.length} />
          </>
        )
      }}
    </Loaded>
  )
}

function NoReviews({ open }: { open: boolean }) {
  return (
    <Paper withBorder>
      <EmptyState icon={<IconCircleCheck size={24} />} title={open ? 'Nothing to review' : 'Nothing has been decided yet'}>
        {open
          ? 'Keywords such as STOP count at once. What only reads like it, as “please take me off your list”, lands here, for somebody to decide within ten business days.'
          : 'Here stay the messages that somebody has looked at, with what was decided, by whom and when.'}
      </EmptyState>
    </Paper>
  )
}
