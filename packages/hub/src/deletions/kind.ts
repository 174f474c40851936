import { messageUidOf, publicId } from '@portico/protocol'
import type { ChangeKind } from '../message-changes/kind.ts'

/** The removal of a sent message, as the channel's server gets it. */
export const deletions: ChangeKind = {
  name: 'deletion',
  capability: 'deletions',
  async request({ company_id }, { message, reference }) {
    if (!message || message.removed_at !== null) return null
    const id = publicId('msg', company_id, message.id)
    return { type: 'message_deleted', payload: { id, message_uid: messageUidOf(id) }, metadata: reference }
  },
  async settled(tx, { company_id, message_id }, outcome) {
    if (outcome === 'done') await tx.query('take_deletion', 'select take_deletion($1, $2)', [company_id, message_id])
  },
}
