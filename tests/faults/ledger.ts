/** How large the fault tests run: quick in every run, full with PORTICO_FAULTS=full. */
const isFull = process.env.PORTICO_FAULTS === 'full'

export function size(quick: number, full: number): number {
  return isFull ? full : quick
}

/** How many of the ids came more than once. */
export function countDoubled(ids: string[]): number {
  return ids.length - new Set(ids).size
}

/** How often a later number came before an earlier one of the same series. */
export function countInversions(numbers: number[]): number {
  return numbers.filter((number, index) => index > 0 && number < (numbers[index - 1] ?? 0)).length
}
