import type { Message, TimelineEntry } from '../api/types.ts'
import { attachmentsOf, stillToUpload } from '../attachments/waiting-files.ts'
import { hasSameFiles } from '../drafts/draft-state.ts'
import { isSameLocation } from '../locations/location.ts'
import { isMessageRow } from '../messages/timeline-rows.ts'
import type { RowsOfKind, TimelineRow } from '../timeline/kinds.ts'
import { ofKind } from '../timeline/pages.ts'
import { isReply, type Sending } from './sending.ts'

export interface SendingRow extends TimelineRow {
  kind: 'sending'
  sending: Sending
  myId: string
  startsGroup: boolean
}

/** Replies that the hub has not confirmed yet, below all others. */
export const sendingRows: RowsOfKind<SendingRow> = {
  kind: 'sending',
  height: 36,
  position: () => Number.POSITIVE_INFINITY,
  waitingRows: (items, entries, myId) =>
    stillSending(items.filter(isReply), entries, myId).map((sending) => {
      return { kind: 'sending', key: sending.key, sending, myId, startsGroup: true }
    }),
  join(above, row) {
    row.startsGroup = above?.kind !== 'sending' && !(isMessageRow(above) && above.message.author?.id === row.myId)
    return false
  },
}

/** The text of a template is known once the hub has rendered it. */
const saysTheSame = ({ text, metadata }: Message, item: Sending) =>
  item.template
    ? metadata.application_message_template !== undefined
    : text === item.text && isSameLocation(metadata.location, item.location)

/** The replies without their message in the timeline: the stream may be faster than the response to the POST. */
function stillSending(sending: Sending[], entries: TimelineEntry[], myId: string): Sending[] {
  const messages = ofKind(entries, 'message').map(({ message }) => message)
  const claimed = new Set<string>()
  return sending.filter((item) => {
    const known = item.newestId === null ? -1 : messages.findIndex((message) => message.id === item.newestId)
    const isIt = (message: Message) =>
      !claimed.has(message.id) &&
      stillToUpload(item).length === 0 &&
      message.author?.id === myId &&
      saysTheSame(message, item) &&
      (item.template !== undefined || hasSameFiles(message, { attachments: attachmentsOf(item) }))
    const arrived = messages.slice(known + 1).find(isIt)
    if (arrived) claimed.add(arrived.id)
    return !arrived
  })
}
