import { readFileSync } from 'node:fs'

/** Looks at the resident memory of a process, and gives the most that it saw, in MB. */
export function watchMemory(pid: number): () => number {
  let most = 0
  const look = () => {
    most = Math.max(most, residentMb(pid))
  }
  look()
  const timer = setInterval(look, 20)
  return () => {
    clearInterval(timer)
    look()
    return most
  }
}

export function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_000
}
