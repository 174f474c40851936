import { IconSend2 } from '@tabler/icons-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { Channel, Conversation } from '../api/types.ts'
import { recipientName } from '../conversations/words.ts'
import { takeWantedFocus } from '../drafts/composer-focus.ts'
import type { SaveState } from '../drafts/drafts.ts'
import { useDraft } from '../drafts/useDraft.ts'
import { useMe } from '../session/session.ts'
import { s } from '../strings/strings.ts'
import { isMac } from '../ui/keys/shortcut.ts'
import { useTouchKeyboard } from '../ui/keys/useTouchKeyboard.ts'
import { AutosizeText } from './AutosizeText.tsx'
import styles from './Composer.module.css'
import { SendOptions } from './SendOptions.tsx'
import { SetAside } from './SetAside.tsx'
import { useDockedHeight } from './useDockedHeight.ts'
import { useNewerAnswer } from './useNewerAnswer.ts'
import { useSend } from './useSend.ts'

interface ComposerProps {
  conversation: Conversation
  channel: Channel | undefined
  isChannelKnown: boolean
}

/** Docked below the thread. Where no answer is possible it says why instead. */
export function Composer({ conversation, channel, isChannelKnown }: ComposerProps) {
  const reason = whyClosed(conversation) ?? (isChannelKnown ? whyNot(channel) : null)
  if (reason) return <ClosedComposer reason={reason} />
  return <OpenComposer conversation={conversation} />
}

function ClosedComposer({ reason }: { reason: string }) {
  const place = useRef<HTMLParagraphElement>(null)
  useDockedHeight(place)
  return (
    <p ref={place} className={styles.closed}>
      {reason}
    </p>
  )
}

function whyClosed({ status, is_spam }: Conversation): string | null {
  if (status !== 'deleted') return null
  return is_spam ? s.channel.inSpam : s.channel.inTrash
}

function whyNot(channel: Channel | undefined): string | null {
  if (!channel) return s.channel.deleted
  return channel.channel_type.allow_reply ? null : s.channel.noReply(channel.name)
}

function OpenComposer({ conversation }: { conversation: Conversation }) {
  const place = { conversationId: conversation.id }
  const { draft, saveState, isRead, setAside, takeAside, write } = useDraft(place)
  const { preferences } = useMe()
  const isTouch = useTouchKeyboard()
  const enterSends = preferences.enter_to_send !== false && !isTouch
  const form = useRef<HTMLFormElement>(null)
  useDockedHeight(form)
  const field = useRef<HTMLTextAreaElement>(null)
  const newer = useNewerAnswer(conversation.id, draft.body, isRead)
  // the key that raised the question does not answer it
  const [asked, ask] = useState<{ archive: boolean } | null>(null)
  useEffect(() => takeWantedFocus(field.current), [])
  const { send, isHeld, problem, setProblem } = useSend(conversation, write)
  const who = recipientName(conversation)

  const sendNow = (archive: boolean) => {
    ask(null)
    field.current?.focus()
    send(draft.body, archive)
  }
  const trySend = (archive: boolean) => {
    if (isHeld || (asked && newer)) return
    if (newer) ask({ archive })
    else sendNow(archive)
  }
  const keepWriting = () => {
    ask(null)
    field.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.preventDefault()
      // to the words that are answered: the keys act on the conversation again
      const words = document.getElementById('messages') ?? document.getElementById('conversation')
      words?.focus({ preventScroll: true })
    }
    if (event.key !== 'Enter') return
    const isModified = event.ctrlKey || event.metaKey
    if (isModified || (enterSends && !event.shiftKey)) {
      event.preventDefault()
      trySend(isModified && event.shiftKey)
    }
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
      {asked && newer && (
        <div role="alert" className={styles.newer}>
          <span>{s.composer.newerTitle(newer)}</span>
          <button type="button" onClick={() => sendNow(asked.archive)}>
            {s.composer.newerSend}
          </button>
          <button type="button" onClick={keepWriting}>
            {s.composer.newerBack}
          </button>
        </div>
      )}
      {setAside && <SetAside text={setAside} onTake={takeAside} />}
      <div className={styles.box} data-problem={problem ? true : undefined}>
        <AutosizeText
          ref={field}
          id="composer"
          data-conversation={conversation.id}
          dir="auto"
          className={styles.field}
          aria-label={s.composer.label(who)}
          aria-keyshortcuts="R"
          aria-invalid={problem ? true : undefined}
          aria-describedby="composer-note"
          enterKeyHint={enterSends ? 'send' : 'enter'}
          placeholder={s.composer.placeholder(who)}
          value={draft.body}
          readOnly={isHeld}
          onChange={(event) => {
            setProblem(null)
            ask(null)
            write({ ...draft, body: event.target.value })
          }}
          onKeyDown={onKeyDown}
          onFiles={() => setProblem(s.composer.noFiles)}
        />
        <div className={styles.bar}>
          <p
            id="composer-note"
            className={styles.note}
            data-problem={problem ? true : undefined}
            role={problem ? 'alert' : undefined}
          >
            {problem ?? noteWords(saveState, draft.body, isTouch ? '' : enterWords(enterSends))}
          </p>
          <SendButtons onSend={trySend} isEmpty={!draft.body.trim()} />
        </div>
      </div>
    </form>
  )
}

function noteWords(saveState: SaveState, body: string, hint: string): string {
  if (body && saveState === 'saved') return s.composer.saved
  if (body && saveState === 'here') return s.composer.savedHere
  return hint
}

function enterWords(enterSends: boolean): string {
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
