/** Whether the fault tests run in full size (PORTICO_FAULTS=full). */
const isFull = process.env.PORTICO_FAULTS === 'full'

export function size(quick: number, full: number): number {
  return isFull ? full : quick
}

/** The number of repeats among the ids. */
export function countDuplicates(ids: string[]): number {
  return ids.length - new Set(ids).size
}

/** Counts the numbers that are smaller than the previous one. */
export function countInversions(numbers: number[]): number {
  return numbers.filter((number, index) => index > 0 && number < (numbers[index - 1] ?? 0)).length
}
