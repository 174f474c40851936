import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * The start time of a living process, as the system writes it, or null. Pid and start time together name a process for good;
 * pids alone are used again.
 */
export function startOf(pid: number): string | null {
  if (process.platform === 'linux') return startFromProc(pid)
  const { stdout } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' })
  const [state, ...began] = (stdout ?? '').trim().split(/\s+/)
  return state && !state.startsWith('Z') ? began.join(' ') : null
}

function startFromProc(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // the name before it, in brackets, may have any characters
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return null
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19]}`
  } catch {
    return null
  }
}

/** The command line of a process, or '' when it cannot be read. */
export function commandOf(pid: number): string {
  if (process.platform !== 'linux') {
    return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? ''
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}
