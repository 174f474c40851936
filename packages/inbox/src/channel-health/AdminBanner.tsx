import { useMe } from '../session/session.ts'
import { lazyWithFallback } from '../ui/lazy-with-fallback.tsx'

const TroubleBanner = lazyWithFallback(
  async () => ({ default: (await import('./TroubleBanner.tsx')).TroubleBanner }),
  () => null,
)

/** Loads nothing for other teammates. */
export function AdminBanner() {
  return useMe().is_admin ? <TroubleBanner /> : null
}
