import { IconSend2 } from '@tabler/icons-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { Channel, Conversation } from '../api/types.ts'
import { AttachButton } from '../attachments/AttachButton.tsx'
import { AttachedFiles } from '../attachments/AttachedFiles.tsx'
import { DropTarget } from '../attachments/DropTarget.tsx'
import { FileField } from '../attachments/FileField.tsx'
import { t as attachmentTexts } from '../attachments/strings.ts'
import { useAttach } from '../attachments/useAttach.ts'
import { ButtonsEditor } from '../buttons/ButtonsEditor.tsx'
import { ButtonsToggle } from '../buttons/ButtonsToggle.tsx'
import type { DraftButton } from '../buttons/button.ts'
import { recipientName } from '../conversations/recipient-name.ts'
import { takePendingFocus } from '../drafts/composer-focus.ts'
import { type DraftContent, isEmpty } from '../drafts/draft-state.ts'
import { draftAt, type SaveState } from '../drafts/drafts.ts'
import { useDraft } from '../drafts/useDraft.ts'
import { DraftLocation } from '../locations/DraftLocation.tsx'
import { LocationButton } from '../locations/LocationButton.tsx'
import type { Location } from '../locations/location.ts'
import type { TemplateRequest } from '../message-templates/open-templates.ts'
import { t } from '../message-templates/strings.ts'
import { TemplateButton } from '../message-templates/TemplateButton.tsx'
import { type ShownWindow, useFreeTextWindow } from '../message-templates/useFreeTextWindow.ts'
import { WindowNotice } from '../message-templates/WindowNotice.tsx'
import { editLast } from '../messages/editing.ts'
import { useMe } from '../session/session.ts'
import { s } from '../strings/strings.ts'
import { t as ofThread } from '../strings/thread.ts'
import { useTypist } from '../typing/useTypist.ts'
import { isMac } from '../ui/keys/shortcut.ts'
import { useTouchKeyboard } from '../ui/keys/useTouchKeyboard.ts'
import { AutosizeText } from './AutosizeText.tsx'
import styles from './Composer.module.css'
import { DraftConflict } from './DraftConflict.tsx'
import { SendOptions } from './SendOptions.tsx'
import { useDockedHeight } from './useDockedHeight.ts'
import { useNewerReplyAuthor } from './useNewerReplyAuthor.ts'
import { useSend } from './useSend.ts'

interface ComposerProps {
  conversation: Conversation
  channel: Channel | undefined
  isChannelKnown: boolean
}

/** The reply form below the thread, or the reason why no reply is possible. */
export function Composer({ conversation, channel, isChannelKnown }: ComposerProps) {
  const reason = closedReason(conversation) ?? (isChannelKnown ? noReplyReason(channel) : null)
  if (reason) return <ClosedComposer reason={reason} />
  return <OpenComposer conversation={conversation} channel={channel} />
}

interface TemplatesOnlyProps {
  request: TemplateRequest
  window: ShownWindow
  who: string
  draft: string
  problem: string | null
}

/** In place of the field while no free text is taken: why, what was typed, and what can be done. */
function TemplatesOnly({ request, window: { closesAt }, who, draft, problem }: TemplatesOnlyProps) {
  const element = useRef<HTMLElement>(null)
  useDockedHeight(element)
  return (
    <section ref={element} className={styles.composer} aria-label={s.composer.label(who)}>
      <div className={styles.templatesOnly}>
        {problem && (
          <p role="alert" className={styles.note} data-problem>
            {problem}
          </p>
        )}
        <p>{closesAt === null ? t.neverOpen(who) : t.closedSince(who, closesAt)}</p>
        {draft.trim() && (
          <details>
            <summary>{t.keptDraft}</summary>
            <p dir="auto">{draft}</p>
          </details>
        )}
        <TemplateButton request={request} id="composer" className={styles.choose}>
          {t.choose}
        </TemplateButton>
      </div>
    </section>
  )
}

function ClosedComposer({ reason }: { reason: string }) {
  const element = useRef<HTMLParagraphElement>(null)
  useDockedHeight(element)
  return (
    <p ref={element} className={styles.closed}>
      {reason}
    </p>
  )
}

function closedReason({ status, is_spam }: Conversation): string | null {
  if (status !== 'deleted') return null
  return is_spam ? ofThread.unanswerable.inSpam : ofThread.unanswerable.inTrash
}

function noReplyReason(channel: Channel | undefined): string | null {
  if (!channel) return ofThread.unanswerable.deleted
  return channel.channel_type.allow_reply ? null : ofThread.unanswerable.noReply(channel.name)
}

function OpenComposer({ conversation, channel }: Pick<ComposerProps, 'conversation' | 'channel'>) {
  const draftKey = { conversationId: conversation.id }
  const { draft, saveState, isLoaded, conflictingText, resolveConflict, write } = useDraft(draftKey)
  const me = useMe()
  const { preferences } = me
  const isTouch = useTouchKeyboard()
  const enterSends = preferences.enter_to_send !== false && !isTouch
  const form = useRef<HTMLFormElement>(null)
  useDockedHeight(form)
  const field = useRef<HTMLTextAreaElement>(null)
  const newerReplyAuthor = useNewerReplyAuthor(conversation.id, draft.body, isLoaded)
  // the key press that opens the question does not confirm it
  const [pendingSend, setPendingSend] = useState<{ archive: boolean } | null>(null)
  useEffect(() => takePendingFocus(field.current), [])
  const { send, sendTemplate, isLocked, problem, setProblem } = useSend(conversation, write)
  const who = recipientName(conversation)
  const window = useFreeTextWindow(conversation.id, channel)
  const templates = channel?.channel_type.message_templates && {
    ...{ channel, place: conversation.id, FileField, recipient: conversation.recipient, onChoose: sendTemplate },
  }
  const recipient = recipientName(conversation)
  const { attach, limits, uploading } = useAttach(draftKey, channel, draft.attachments, setProblem)
  const typist = useTypist(conversation.id, channel, draft.body.trim() === '')
  const writeContent = (content: Partial<DraftContent>) => {
    setProblem(null)
    write({ ...draftAt(draftKey).shown().content, ...content })
  }
  const writeButtons = (buttons: DraftButton[]) => writeContent({ buttons })
  const writeLocation = (location: Location | null) => writeContent({ location })
  const showsLocations = channel?.channel_type.capabilities.includes('locations') ?? false

  const sendNow = (archive: boolean) => {
    setPendingSend(null)
    field.current?.focus()
    if (uploading.some(({ state }) => state === 'refused')) setProblem(attachmentTexts.failedBlocks)
    else send(draftAt(draftKey).shown().content, archive)
  }
  const trySend = (archive: boolean) => {
    if (isLocked || (pendingSend && newerReplyAuthor)) return
    if (newerReplyAuthor) setPendingSend({ archive })
    else sendNow(archive)
  }
  const keepWriting = () => {
    setPendingSend(null)
    field.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.preventDefault()
      // the focus moves to the messages, so that the keys act on the conversation again
      const messages = document.getElementById('messages') ?? document.getElementById('conversation')
      messages?.focus({ preventScroll: true })
    }
    if (event.key === 'ArrowUp' && draft.body === '' && isPlain(event)) {
      if (editLast(conversation.id, me.id, channel?.channel_type.capabilities)) event.preventDefault()
    }
    if (event.key !== 'Enter') return
    const isModified = event.ctrlKey || event.metaKey
    if (isModified || (enterSends && !event.shiftKey)) {
      event.preventDefault()
      trySend(isModified && event.shiftKey)
    }
  }
  if (templates && window?.minutesLeft === 0) {
    return <TemplatesOnly request={templates} window={window} who={who} draft={draft.body} problem={problem} />
  }
  return (
    <form
      ref={form}
      className={styles.composer}
      onSubmit={(event) => {
        event.preventDefault()
        trySend(false)
      }}
    >
      {pendingSend && newerReplyAuthor && (
        <div role="alert" className={styles.newer}>
          <span>{s.composer.newerTitle(newerReplyAuthor)}</span>
          <button type="button" onClick={() => sendNow(pendingSend.archive)}>
            {s.composer.newerSend}
          </button>
          <button type="button" onClick={keepWriting}>
            {s.composer.newerBack}
          </button>
        </div>
      )}
      {conflictingText && <DraftConflict text={conflictingText} onResolve={resolveConflict} />}
      {window && <WindowNotice window={window} />}
      <div className={styles.box} data-problem={problem ? true : undefined}>
        <AttachedFiles
          draftKey={draftKey}
          attachments={draft.attachments}
          onRemove={({ id }) => write({ ...draft, attachments: draft.attachments.filter((file) => file.id !== id) })}
        />
        <AutosizeText
          ref={field}
          id="composer"
          data-conversation={conversation.id}
          dir="auto"
          className={styles.field}
          aria-label={s.composer.label(recipient)}
          aria-keyshortcuts="R"
          aria-invalid={problem ? true : undefined}
          aria-describedby="composer-note"
          enterKeyHint={enterSends ? 'send' : 'enter'}
          placeholder={s.composer.placeholder(recipient)}
          value={draft.body}
          readOnly={isLocked}
          onChange={(event) => {
            setProblem(null)
            setPendingSend(null)
            write({ ...draft, body: event.target.value })
            typist.wrote(event.target.value, (event.nativeEvent as InputEvent).isComposing)
          }}
          onCompositionEnd={(event) => typist.wrote(event.currentTarget.value)}
          onBlur={typist.stopped}
          onKeyDown={onKeyDown}
          onFiles={attach}
        />
        <DraftLocation location={draft.location} isCapable={showsLocations} onChange={writeLocation} />
        <ButtonsEditor
          buttons={draft.buttons}
          isCapable={channel?.channel_type.capabilities.includes('buttons') ?? false}
          onChange={writeButtons}
        />
        <div className={styles.bar}>
          {limits && <AttachButton limits={limits} onFiles={attach} />}
          <ButtonsToggle buttons={draft.buttons} onChange={writeButtons} />
          <LocationButton location={draft.location} isCapable={showsLocations} onChoose={writeLocation} />
          <p
            id="composer-note"
            className={styles.note}
            data-problem={problem ? true : undefined}
            role={problem ? 'alert' : undefined}
          >
            {problem ?? noteText(saveState, !isEmpty(draft), isTouch ? '' : enterHint(enterSends))}
          </p>
          {templates && <TemplateButton request={templates} className={styles.template} />}
          <SendButtons onSend={trySend} isEmpty={isEmpty(draft) && uploading.length === 0} />
        </div>
      </div>
      <DropTarget takesFiles={limits !== null} onFiles={attach} />
    </form>
  )
}

const isPlain = ({ altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent) => !altKey && !ctrlKey && !metaKey && !shiftKey

function noteText(saveState: SaveState, hasContent: boolean, hint: string): string {
  if (hasContent && saveState === 'saved') return s.composer.saved
  if (hasContent && saveState === 'saved_locally') return s.composer.savedHere
  return hint
}

function enterHint(enterSends: boolean): string {
  return enterSends ? s.composer.enterHint : s.composer.modEnterHint(isMac ? '⌘' : 'Ctrl')
}

function SendButtons({ onSend, isEmpty }: { onSend: (archive: boolean) => void; isEmpty: boolean }) {
  return (
    <div className={styles.buttons} data-empty={isEmpty || undefined}>
      <button type="submit" className={styles.send}>
        <IconSend2 size={16} aria-hidden />
        {s.composer.send}
      </button>
      <SendOptions onSendAndArchive={() => onSend(true)} />
    </div>
  )
}
