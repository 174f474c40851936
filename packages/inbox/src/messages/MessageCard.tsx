import { visibleName } from '@portico/protocol/visible'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Attachment, Channel, Conversation, Message } from '../api/types.ts'
import { pathOf } from '../attachments/attachment.ts'
import { MessageAttachments } from '../attachments/MessageAttachments.tsx'
import { MessageButtons } from '../buttons/MessageButtons.tsx'
import { channelsQuery } from '../channels/queries.ts'
import { recipientName } from '../conversations/recipient-name.ts'
import { DeliveryLine } from '../deliveries/DeliveryLine.tsx'
import { t as templateStrings } from '../message-templates/strings.ts'
import { MessageReactions } from '../reactions/MessageReactions.tsx'
import { ReactButton } from '../reactions/ReactButton.tsx'
import { useMe } from '../session/session.ts'
import { s } from '../strings/strings.ts'
import { nameOf } from '../teammates/queries.ts'
import type { RowProps } from '../timeline/kinds.ts'
import { Avatar } from '../ui/avatars/Avatar.tsx'
import { dueTime } from '../ui/time/formats.ts'
import { Time } from '../ui/time/Time.tsx'
import { MessageBody } from './MessageBody.tsx'
import styles from './MessageCard.module.css'
import { Quote } from './Quote.tsx'
import type { MessageRow } from './timeline-rows.ts'

export function MessageCard({ row, conversation, channel }: RowProps<MessageRow>) {
  const { message, startsGroup, endsGroup } = row
  const me = useMe()
  const author = authorOf(message, conversation, channel)
  const [imagesInBody, setImagesInBody] = useState<string[] | null>(null)
  const files = filesBelow(message, imagesInBody)
  const isMine = message.author?.id === me.id
  const ownChannel = useOwnChannel(message, channel)
  const takesReactions = ownChannel?.channel_type.capabilities.includes('reactions') === true && isThere(message)
  return (
    <article
      id={message.id}
      className={styles.card}
      data-side={message.is_inbound ? 'in' : 'out'}
      data-starts={startsGroup || undefined}
      aria-label={author.name}
    >
      {startsGroup && (
        <header className={styles.author}>
          {!isMine && <Avatar name={author.name} seed={author.seed} size={20} />}
          <bdi>{author.name}</bdi>
          <Time at={message.created_at} as="clock" className={styles.time} />
        </header>
      )}
      <div
        className={styles.bubble}
        data-ends={endsGroup || undefined}
        data-state={message.delivery?.is_dismissed ? undefined : message.delivery?.state}
      >
        {message.subject && message.subject !== conversation.subject && (
          <p className={styles.subject}>
            <bdi>{message.subject}</bdi>
          </p>
        )}
        <Quote message={message} conversationId={conversation.id} />
        {hasBody(message) && (
          <MessageBody
            message={message}
            author={author.name}
            conversationId={conversation.id}
            onImages={setImagesInBody}
          />
        )}
        {files.length > 0 && <MessageAttachments attachments={files} />}
        <MessageButtons message={message} conversationId={conversation.id} />
        {takesReactions && (
          <div className={styles.tools}>
            <ReactButton message={message} conversationId={conversation.id} />
          </div>
        )}
      </div>
      {!message.removed && (
        <MessageReactions
          message={message}
          conversationId={conversation.id}
          channel={ownChannel}
          isOpen={takesReactions}
        />
      )}
      {message.metadata.application_message_template && (
        <p className={styles.seen}>{templateStrings.sentFrom(message.metadata.application_message_template.name)}</p>
      )}
      {!message.is_inbound && <DeliveryLine message={message} conversationId={conversation.id} />}
      {message.seen_at && <p className={styles.seen}>{s.thread.seen(dueTime(message.seen_at))}</p>}
    </article>
  )
}

/** The files that are listed below the body: all but the inline images that the body shows. */
function filesBelow({ attachments, render }: Message, imagesInBody: string[] | null): Attachment[] {
  if (render?.kind !== 'frame') return attachments
  const isInBody = (file: Attachment) => imagesInBody === null || imagesInBody.includes(pathOf(file))
  return attachments.filter((file) => !(file.metadata.is_inline && isInBody(file)))
}

/** A message of files alone needs no body. */
const hasBody = ({ text, render, attachments }: Message) =>
  attachments.length === 0 || text !== '' || render?.kind === 'frame'

/** The channel of a message, which may be another than its conversation's. */
function useOwnChannel(message: Message, channel: Channel | undefined): Channel | undefined {
  const queryClient = useQueryClient()
  if (channel?.id === message.channel_id) return channel
  return queryClient.getQueryData(channelsQuery.queryKey)?.find(({ id }) => id === message.channel_id)
}

const isThere = ({ delivery, removed }: Message) =>
  !removed && delivery?.state !== 'failed' && delivery?.state !== 'cancelled'

function authorOf(message: Message, conversation: Conversation, channel: Channel | undefined) {
  if (message.is_inbound) {
    const from = message.recipients.find(({ role }) => role === 'from')
    const name = visibleName(from?.name) ?? visibleName(from?.handle) ?? recipientName(conversation)
    return { name, seed: from?.handle ?? conversation.id }
  }
  if (message.author) return { name: nameOf(message.author), seed: message.author.id }
  const name = visibleName(message.sender_name) ?? channel?.name ?? ''
  return { name, seed: name }
}
