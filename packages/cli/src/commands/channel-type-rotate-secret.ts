import type { Command } from 'commander'
import { callHub, segment } from '../api.ts'
import { say } from '../say.ts'

export function channelTypeRotateSecret(channelType: Command): void {
  channelType
    .command('rotate-secret')
    .description('Make a new secret, shown once; the one before it signs until channel-type sign-with-new-secret')
    .argument('<uid>', 'App UID')
    .option('--json', 'one line of JSON: {"secret":"…"}')
    .action(async (uid: string, { json }: { json?: true }) => {
      const rotated = await callHub('POST', `/channel_types/${segment(uid)}/rotate_secret`)
      if (json) return say.json(rotated)
      say.text(
        `Secret   ${rotated.secret}   (shown this once)`,
        `Give it to your server beside the old one, then: npx @portico/cli channel-type sign-with-new-secret ${uid}`,
      )
    })
  channelType
    .command('sign-with-new-secret')
    .description('Sign with the new secret from now on; the one before it stays valid for a while')
    .argument('<uid>', 'App UID')
    .option('--json', 'one line of JSON: {"previous_expires_at":…}')
    .action(async (uid: string, { json }: { json?: true }) => {
      const path = `/channel_types/${segment(uid)}/secrets/new/sign` as const
      const signing = await callHub('POST', path)
      if (json) return say.json(signing)
      const until = new Date(signing.previous_expires_at * 1_000).toISOString()
      say.text(`The new secret signs. Tokens with the one before it are valid until ${until}`)
    })
}
