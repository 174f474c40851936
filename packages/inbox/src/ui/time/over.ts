import { useEffect, useState } from 'react'
import { hubNow } from '../../api/clock.ts'

/** Renders again when one of these times passes by the hub's clock, because texts about it change then. */
export function useOverAt(moments: readonly (number | null)[]): void {
  const [passed, setPassed] = useState(0)
  const next = Math.min(...moments.map((moment) => (moment !== null && moment > hubNow() ? moment : Infinity)))
  // biome-ignore lint/correctness/useExhaustiveDependencies: a timer that rang too early is set again
  useEffect(() => {
    if (next === Infinity) return
    const timer = setTimeout(
      () => setPassed((count) => count + 1),
      Math.min((next - hubNow()) * 1000 + 50, 2 ** 31 - 1),
    )
    return () => clearTimeout(timer)
  }, [next, passed])
}
