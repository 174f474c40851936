import type { Command } from 'commander'
import { callHub, segment } from '../api.ts'
import { say } from '../say.ts'

interface Rotated {
  secret: string
  /** Seconds. */
  previous_expires_at: number
}

export function channelTypeRotateSecret(channelType: Command): void {
  channelType
    .command('rotate-secret')
    .description('Make a new secret, shown once; the one before it stays valid for a while')
    .argument('<uid>', 'App UID')
    .option('--json', 'one line of JSON: {"secret":"…","previous_expires_at":…}')
    .action(async (uid: string, { json }: { json?: true }) => {
      const rotated = await callHub<Rotated>('POST', `/channel_types/${segment(uid)}/rotate_secret`)
      if (json) return say.json(rotated)
      const until = new Date(rotated.previous_expires_at * 1_000).toISOString()
      say.words(`Secret   ${rotated.secret}   (shown this once)`, `The one before it is valid until ${until}`)
    })
}
