import type { Consumer } from '../consumers/consumer.ts'

/** Queues what channels hear of a conversation's status. `wake` starts the sending. */
export function conversationStatuses(wake: () => void): Consumer {
  return {
    name: 'conversation-status',
    types: ['assign', 'unassign', 'archive', 'reopen', 'trash', 'restore'],
    async handle(tx, { companyId, after, upTo }) {
      await tx.query('queue_conversation_statuses', 'select queue_conversation_statuses($1, $2, $3)', [
        companyId,
        after,
        upTo,
      ])
    },
    committed: wake,
  }
}
