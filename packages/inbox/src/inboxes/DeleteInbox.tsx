import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Inbox } from '../api/types.ts'
import { inboxesQuery } from '../session/inboxes.ts'
import { t } from '../strings/settings.ts'
import { ConfirmDialog } from '../ui/dialogs/ConfirmDialog.tsx'
import { Button } from '../ui/forms/Button.tsx'
import { SelectField } from '../ui/forms/Choices.tsx'
import layout from '../ui/forms/form.module.css'
import { useForm } from '../ui/forms/useForm.ts'
import { Loaded } from '../ui/pages/Loaded.tsx'
import { fullName } from '../ui/pages/namesakes.ts'
import { Section } from '../ui/pages/SettingsPage.tsx'
import { toast } from '../ui/toasts/toasts.ts'
import { deleteInbox, inboxDeletionQuery } from './deletion.ts'

/** Deletes an inbox, and first asks which inbox gets its conversations and channels. */
export function DeleteInbox({ inbox }: { inbox: Inbox }) {
  const touched = useQuery(inboxDeletionQuery(inbox.id))
  const { data: inboxes = [] } = useQuery(inboxesQuery)
  const others = inboxes.filter((other) => other.id !== inbox.id)
  return (
    <Loaded query={touched}>
      {(inside) => {
        const isEmpty = inside.conversations === 0 && inside.channels === 0
        const isLonely = !isEmpty && others.length === 0
        const counted = t.inboxes.removeHint(inside.conversations, inside.channels)
        const hint = isEmpty ? t.inboxes.removeEmpty : isLonely ? counted : `${counted} ${t.inboxes.removeMove}`
        return (
          <Section title={t.inboxes.remove} hint={hint}>
            {isLonely ? <p>{t.inboxes.removeLonely}</p> : <Form inbox={inbox} others={isEmpty ? [] : others} />}
          </Section>
        )
      }}
    </Loaded>
  )
}

/** `others`: the inboxes that can take over the content; empty when there is none. */
function Form({ inbox, others }: { inbox: Inbox; others: Inbox[] }) {
  const [isConfirming, setConfirming] = useState(false)
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const form = useForm({
    initial: { move_to: others[0]?.id ?? '' },
    check: () => ({}),
    send: async () => setConfirming(true),
  })
  // the first one when the chosen one was deleted meanwhile
  const heir = others.find((other) => other.id === form.field('move_to').value) ?? others[0]
  return (
    <form noValidate className={layout.form} onSubmit={form.submit}>
      {others.length > 0 && (
        <SelectField
          field={form.field('move_to')}
          label={t.inboxes.moveTo}
          options={others.map((other) => ({ value: other.id, name: fullName(other, others, other.id) }))}
        />
      )}
      <div>
        <Button type="submit" kind="danger">
          {t.inboxes.removeButton(inbox.name)}
        </Button>
      </div>
      {isConfirming && (
        <ConfirmDialog
          title={t.inboxes.removeTitle(inbox.name)}
          button={t.inboxes.removeButton(inbox.name)}
          onClose={() => setConfirming(false)}
          onConfirm={async () => {
            await deleteInbox(queryClient, inbox, heir)
            toast(t.inboxes.removed(inbox.name))
            void navigate({ to: '/settings/inboxes' })
          }}
        >
          <p>{heir ? t.inboxes.removeMoves(heir.name) : t.inboxes.removeEmpty}</p>
        </ConfirmDialog>
      )}
    </form>
  )
}
