import children from 'node:child_process'
import { syncBuiltinESMExports } from 'node:module'

/** Preloaded into the hub: its child processes with another environment are watched by the disk model, too. */
const { LD_PRELOAD, DISK_MODEL_STATE, DISK_MODEL_CUT, DISK_MODEL_FSYNC } = process.env
for (const name of ['spawn', 'spawnSync']) {
  const real = children[name]
  children[name] = (file, args, options) => {
    const given = DISK_MODEL_FSYNC ? args?.map((arg) => (arg === 'fsync=on' ? `fsync=${DISK_MODEL_FSYNC}` : arg)) : args
    if (!options?.env) return real(file, given, options)
    const env = { ...options.env, LD_PRELOAD, DISK_MODEL_STATE, ...(DISK_MODEL_CUT && { DISK_MODEL_CUT }) }
    return real(file, given, { ...options, env })
  }
}
syncBuiltinESMExports()
