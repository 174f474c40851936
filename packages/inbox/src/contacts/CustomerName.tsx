import { IconPencil } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { request } from '../api/request.ts'
import { toast } from '../ui/toasts/toasts.ts'
import styles from './CustomerName.module.css'
import { contactQuery } from './queries.ts'
import { t } from './strings.ts'

/** The customer's name, which can be edited in its place. `contactId` undefined: there is no contact to name. */
export function CustomerName({ name, contactId }: { name: string; contactId: string | undefined }) {
  const [isEditing, setEditing] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const wasEditing = useRef(false)
  useEffect(() => {
    if (wasEditing.current && !isEditing) button.current?.focus()
    wasEditing.current = isEditing
  }, [isEditing])
  if (isEditing && contactId) return <NameField name={name} contactId={contactId} onClose={() => setEditing(false)} />
  return (
    <>
      <bdi>{name}</bdi>
      {contactId && (
        <button
          ref={button}
          type="button"
          className={styles.edit}
          aria-label={t.editName}
          title={t.editName}
          onClick={() => setEditing(true)}
        >
          <IconPencil size={16} stroke={1.75} aria-hidden />
        </button>
      )}
    </>
  )
}

function NameField({ name, contactId, onClose }: { name: string; contactId: string; onClose: () => void }) {
  const queryClient = useQueryClient()
  const [typed, setTyped] = useState(name)
  const [isSaving, setSaving] = useState(false)
  const save = async (event: FormEvent) => {
    event.preventDefault()
    const next = typed.trim()
    if (next === name || isSaving) return onClose()
    setSaving(true)
    try {
      await request('PATCH', `/contacts/${contactId}`, { body: { name: next || null } })
      await queryClient.invalidateQueries(contactQuery(contactId))
      onClose()
    } catch (error) {
      setSaving(false)
      toast((error as Error).message, { tone: 'danger' })
    }
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.nativeEvent.isComposing) return
    event.preventDefault()
    event.stopPropagation()
    onClose()
  }
  return (
    <form className={styles.form} onSubmit={(event) => void save(event)}>
      <input
        // biome-ignore lint/a11y/noAutofocus: the button was pressed to type here
        autoFocus
        aria-label={t.name}
        className={styles.field}
        value={typed}
        maxLength={200}
        onChange={(event) => setTyped(event.target.value)}
        onFocus={(event) => event.target.select()}
        onKeyDown={onKeyDown}
      />
      <button type="submit" disabled={isSaving} className={styles.save}>
        {t.save}
      </button>
    </form>
  )
}
