import { Suspense } from 'react'
import { lazyWithFallback } from '../ui/lazy-with-fallback.tsx'
import { NotLoaded } from '../ui/pages/NotLoaded.tsx'
import type { DraftLocationProps } from './DraftLocationCard.tsx'
import { loadDraftLocation } from './load.ts'
import type { Location } from './location.ts'

const Card = lazyWithFallback(loadDraftLocation, NotLoaded)

/** The location of a draft, when there is one. */
export function DraftLocation({
  location,
  ...props
}: Omit<DraftLocationProps, 'location'> & { location: Location | null }) {
  if (!location) return null
  return (
    <Suspense fallback={null}>
      <Card location={location} {...props} />
    </Suspense>
  )
}
