import { readFileSync } from 'node:fs'

/** µs in a tick of the kernel's CPU counts. */
const tick = 10_000

/** CPU time that these processes, and their children that ended, have used so far, in µs. */
function cpuOf(pids: number[]): number {
  let ticks = 0
  for (const pid of pids) for (const field of fieldsOf(pid).slice(11, 15)) ticks += Number(field)
  return ticks * tick
}

/** The fields of /proc/PID/stat after the name; none for a process that has ended. */
function fieldsOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}

/** Processes by the part of the work that they do. They are listed again each time, because backends come and go. */
export type Parts = Record<string, () => number[]>

/** Returns a function that gives the µs of CPU that each part has used since this call. */
export function startCpuClock(parts: Parts): () => Record<string, number> {
  const read = () => Object.entries(parts).map(([name, pids]) => [name, cpuOf(pids())] as const)
  const before = new Map(read())
  return () => Object.fromEntries(read().map(([name, used]) => [name, used - (before.get(name) ?? 0)]))
}

export function sumOf(parts: Record<string, number>): number {
  return Object.values(parts).reduce((sum, part) => sum + part, 0)
}
