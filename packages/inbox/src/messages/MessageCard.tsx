import { visibleName } from '@portico/protocol/visible'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Attachment, Channel, Conversation, Message } from '../api/types.ts'
import { pathOf } from '../attachments/attachment.ts'
import { MessageAttachments } from '../attachments/MessageAttachments.tsx'
import { channelsQuery } from '../channels/queries.ts'
import { recipientName } from '../conversations/recipient-name.ts'
import { DeliveryLine } from '../deliveries/DeliveryLine.tsx'
import { t as templateStrings } from '../message-templates/strings.ts'
import { MessageReactions } from '../reactions/MessageReactions.tsx'
import { ReactButton } from '../reactions/ReactButton.tsx'
import { useMe } from '../session/session.ts'
import { nameOf, teammatesQuery } from '../teammates/queries.ts'
import { TeammateAvatar } from '../teammates/TeammateAvatar.tsx'
import type { RowProps } from '../timeline/kinds.ts'
import { Avatar } from '../ui/avatars/Avatar.tsx'
import { Time } from '../ui/time/Time.tsx'
import { ChangeLines } from './ChangeLines.tsx'
import { changeOf } from './changes.ts'
import { EditedMark } from './EditedMark.tsx'
import { EditForm } from './EditForm.tsx'
import { useEditing } from './editing.ts'
import { MessageBody } from './MessageBody.tsx'
import styles from './MessageCard.module.css'
import { MessageMenu } from './MessageMenu.tsx'
import { Quote } from './Quote.tsx'
import { RichContent } from './RichContent.tsx'
import { t } from './strings.ts'
import type { MessageRow } from './timeline-rows.ts'

type Removal = NonNullable<Message['removed']>

export function MessageCard({ row, conversation, channel }: RowProps<MessageRow>) {
  const { message, startsGroup, endsGroup } = row
  const me = useMe()
  const author = authorOf(message, conversation, channel)
  const [imagesInBody, setImagesInBody] = useState<string[] | null>(null)
  const files = filesBelow(message, imagesInBody)
  const isMine = message.author?.id === me.id
  const ownChannel = useOwnChannel(message, channel)
  const takesReactions = ownChannel?.channel_type.capabilities.includes('reactions') === true && isThere(message)
  const isEditing = useEditing(message.id) !== null && !message.removed
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
          {!isMine && !message.author && <Avatar name={author.name} seed={author.seed} size={20} />}
          {!isMine && message.author && <TeammateAvatar teammate={message.author} size={20} />}
          <bdi>{author.name}</bdi>
          <Time at={message.created_at} as="clock" className={styles.time} />
        </header>
      )}
      <div
        className={styles.bubble}
        data-ends={endsGroup || undefined}
        data-state={message.delivery?.is_dismissed ? undefined : message.delivery?.state}
        data-removed={message.removed ? true : undefined}
      >
        {message.subject && message.subject !== conversation.subject && (
          <p className={styles.subject}>
            <bdi>{message.subject}</bdi>
          </p>
        )}
        <Quote message={message} conversationId={conversation.id} />
        {message.removed && <Tombstone message={message} removed={message.removed} author={author.name} />}
        {isEditing && <EditForm message={message} conversationId={conversation.id} />}
        {!message.removed && !isEditing && hasBody(message) && (
          <MessageBody
            // an edit on its way is shown as it will be; the line below says what the customer has
            message={pendingEdit(message) ?? message}
            author={author.name}
            conversationId={conversation.id}
            onImages={setImagesInBody}
          />
        )}
        {files.length > 0 && <MessageAttachments attachments={files} />}
        <RichContent message={message} conversationId={conversation.id} />
        <div className={styles.tools}>
          {takesReactions && <ReactButton message={message} conversationId={conversation.id} />}
          <MessageMenu message={message} conversationId={conversation.id} channel={ownChannel} />
        </div>
      </div>
      {!message.removed && (
        <MessageReactions
          message={message}
          conversationId={conversation.id}
          channel={ownChannel}
          isOpen={takesReactions}
        />
      )}
      <EditedMark message={message} />
      <ChangeLines message={message} conversationId={conversation.id} />
      {message.metadata.application_message_template && (
        <p className={styles.seen}>{templateStrings.sentFrom(message.metadata.application_message_template.name)}</p>
      )}
      {!message.is_inbound && !message.removed && (
        <DeliveryLine message={message} conversationId={conversation.id} isOlder={row.isReceiptOlder} />
      )}
    </article>
  )
}

/** The message as an edit makes it that waits for the channel. */
function pendingEdit(message: Message): Message | undefined {
  if (message.edited_text === null || changeOf(message, 'edit')?.state !== 'pending') return undefined
  return { ...message, text: message.edited_text, render: null }
}

/** In place of a message that was removed. */
function Tombstone({ message, removed, author }: { message: Message; removed: Removal; author: string }) {
  const me = useMe()
  const { data: teammates } = useQuery({ ...teammatesQuery, enabled: removed.teammate_id !== null })
  const teammate = teammates?.find(({ id }) => id === removed.teammate_id)
  const outside = message.is_inbound ? t.removed.by(author) : t.removed.outside
  const texts = {
    teammate: removed.teammate_id === me.id ? t.removed.you : t.removed.by(teammate ? nameOf(teammate) : t.by.teammate),
    api: t.removed.integration,
    channel: outside,
  }
  return <p className={styles.removed}>{texts[removed.by]}</p>
}

/** The files that are listed below the body: all but the inline images that the body shows. */
function filesBelow({ attachments, render }: Message, imagesInBody: string[] | null): Attachment[] {
  if (render?.kind !== 'frame') return attachments
  const isInBody = (file: Attachment) => imagesInBody === null || imagesInBody.includes(pathOf(file))
  return attachments.filter((file) => !(file.metadata.is_inline && isInBody(file)))
}

/** A message of files or a location alone needs no body. */
const hasBody = ({ text, render, attachments, metadata }: Message) =>
  (attachments.length === 0 && !metadata.location) || text !== '' || render?.kind === 'frame'

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
