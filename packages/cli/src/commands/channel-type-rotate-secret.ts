import type { Command } from 'commander'
import { callHub, segment } from '../api.ts'
import { output } from '../output.ts'

export function channelTypeRotateSecret(parent: Command): void {
  parent
    .command('rotate-secret')
    .description('Make a new secret, shown once; the one before it signs until channel-type sign-with-new-secret')
    .argument('<uid>', 'App UID')
    .option('--json', 'one line of JSON: {"secret":"…"}')
    .action(async (uid: string, { json }: { json?: true }) => {
      const rotated = await callHub('POST', `/channel_types/${segment(uid)}/rotate_secret`)
      if (json) return output.json(rotated)
      output.text(
        `Secret   ${rotated.secret}   (shown only once)`,
        `Give it to your server beside the old one, then: npx @portico/cli channel-type sign-with-new-secret ${uid}`,
      )
    })
  parent
    .command('sign-with-new-secret')
    .description('Sign with the new secret from now on; the one before it stays valid for a while')
    .argument('<uid>', 'App UID')
    .option('--json', 'one line of JSON: {"previous_expires_at":…}')
    .action(async (uid: string, { json }: { json?: true }) => {
      const path = `/channel_types/${segment(uid)}/secrets/new/sign` as const
      const signing = await callHub('POST', path)
      if (json) return output.json(signing)
      const until = new Date(signing.previous_expires_at * 1_000).toISOString()
      output.text(`The new secret signs. Tokens with the one before it are valid until ${until}`)
    })
}
