import type { Consumer } from '../consumers/consumer.ts'

/** Counts the attempts of deliveries by channel and hour. */
export const channelHours: Consumer = {
  name: 'channel-health',
  types: ['delivery', 'sending_error'],
  async handle(tx, { companyId, after, upTo }) {
    await tx.query('count_channel_attempts', 'select count_channel_attempts($1, $2, $3)', [companyId, after, upTo])
  },
}
