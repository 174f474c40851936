import { useQueryClient } from '@tanstack/react-query'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { ApiError } from '../api/errors.ts'
import type { Message } from '../api/types.ts'
import { focusComposer } from '../drafts/composer-focus.ts'
import { useMe } from '../session/session.ts'
import { isMac } from '../ui/keys/shortcut.ts'
import { useTouchKeyboard } from '../ui/keys/useTouchKeyboard.ts'
import { toast } from '../ui/toasts/toasts.ts'
import { saveEdit } from './changes.ts'
import styles from './EditForm.module.css'
import { editing, useEditing } from './editing.ts'
import { readMessage } from './queries.ts'
import { t } from './strings.ts'

/** The field in place of a message that is being edited. Its text survives a reload. */
export function EditForm({ message, conversationId }: { message: Message; conversationId: string }) {
  const now = useEditing(message.id)
  const { preferences } = useMe()
  const isTouch = useTouchKeyboard()
  const enterSaves = preferences.enter_to_send !== false && !isTouch
  const field = useRef<HTMLTextAreaElement>(null)
  const { save, isBusy, problem } = useSave(message, conversationId)
  useEffect(() => {
    field.current?.focus()
    field.current?.setSelectionRange(field.current.value.length, field.current.value.length)
  }, [])
  const cancel = () => {
    const was = editing.stop(message.id)
    focusComposer(conversationId)
    if (was && was.text !== was.original) toast(t.discarded, { undo: () => editing.resume(message.id, was) })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      cancel()
    }
    if (event.key !== 'Enter') return
    if (event.ctrlKey || event.metaKey || (enterSaves && !event.shiftKey)) {
      event.preventDefault()
      void save()
    }
  }
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <textarea
        ref={field}
        dir="auto"
        className={styles.field}
        aria-label={t.field}
        aria-invalid={problem ? true : undefined}
        aria-describedby={`note-${message.id}`}
        enterKeyHint={enterSaves ? 'done' : 'enter'}
        rows={Math.min(12, (now?.text ?? '').split('\n').length)}
        value={now?.text ?? ''}
        onChange={(event) => editing.write(message.id, event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className={styles.bar}>
        <p
          id={`note-${message.id}`}
          className={styles.note}
          data-problem={problem ? true : undefined}
          role={problem ? 'alert' : undefined}
        >
          {problem ?? hint(enterSaves, isTouch)}
        </p>
        <button type="button" className={styles.cancel} onClick={cancel}>
          {t.cancel}
        </button>
        <button type="submit" className={styles.save} aria-disabled={isBusy || undefined}>
          {t.save}
        </button>
      </div>
    </form>
  )
}

function hint(enterSaves: boolean, isTouch: boolean): string {
  if (isTouch) return t.touchHint
  return enterSaves ? t.editHint : t.modEnterHint(isMac ? '⌘' : 'Ctrl')
}

function useSave(message: Message, conversationId: string) {
  const queryClient = useQueryClient()
  const now = useEditing(message.id)
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const send = async (body: string, base_version: number) => {
    try {
      await saveEdit(queryClient, conversationId, message.id, { body, base_version })
      editing.stop(message.id)
      focusComposer(conversationId)
    } catch (error) {
      const isMeanwhile = error instanceof ApiError && error.code === 'message_edited_meanwhile'
      if (!isMeanwhile) return setProblem((error as Error).message)
      const theirs = await readMessage(message.id)
      editing.rebase(message.id, theirs.newest_version)
      setProblem(t.meanwhile(theirs.edited_text ?? theirs.text))
    }
  }
  const save = async () => {
    if (!now || isBusy) return
    if (now.text.trim() === '' && message.attachments.length === 0) return setProblem(t.empty)
    setBusy(true)
    setProblem(null)
    await send(now.text, now.base).catch((error) => setProblem((error as Error).message))
    setBusy(false)
  }
  return { save, isBusy, problem }
}
