import type { Consumer } from '../consumers/consumer.ts'

/**
 * Queues callbacks to channel servers: of each import, where they want that, and of their channel's deletion. `wake` starts the
 * sending.
 */
export function channelCallbacks(wake: () => void): Consumer {
  return {
    name: 'channel-callbacks',
    types: ['inbound', 'outbound', 'out_reply', 'channel'],
    async handle(tx, { companyId, after, upTo }) {
      await tx.query('queue_channel_callbacks', 'select queue_channel_callbacks($1, $2, $3)', [companyId, after, upTo])
    },
    committed: wake,
  }
}
