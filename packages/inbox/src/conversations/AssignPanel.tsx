import { IconUserOff } from '@tabler/icons-react'
import { useQueries, useQuery } from '@tanstack/react-query'
import { useActionContext } from '../actions/context.tsx'
import type { Conversation, Teammate } from '../api/types.ts'
import { inboxesQuery, inboxTeammatesQuery } from '../session/inboxes.ts'
import { s } from '../strings/strings.ts'
import { nameOf, teammatesQuery } from '../teammates/queries.ts'
import { TeammateAvatar } from '../teammates/TeammateAvatar.tsx'
import { Chooser } from '../ui/dialogs/Chooser.tsx'
import type { Choice } from '../ui/dialogs/choices.ts'
import { Dialog } from '../ui/dialogs/Dialog.tsx'
import { dialogStore } from '../ui/dialogs/open-dialog.ts'
import { fullName } from '../ui/pages/namesakes.ts'
import { list } from './list-state.ts'
import { assign } from './verbs.ts'

/** Assigns the target conversations to a teammate, or to nobody. */
export default function AssignPanel() {
  const { queryClient, me, targets, now } = useActionContext()
  const { data: teammates = [me] } = useQuery(teammatesQuery)
  const hasAccess = useHasAccess(targets)
  const current = targets.length === 1 ? (targets[0]?.assignee?.id ?? null) : undefined
  const take = (teammate: Teammate | null) => () => {
    dialogStore.close()
    assign(queryClient, now().targets, teammate)
    list.clearSelection()
  }
  const others = teammates.filter(({ id }) => id !== me.id)
  const ordered = [me, ...others.filter(hasAccess), ...others.filter((teammate) => !hasAccess(teammate))]
  const all = ordered.map((teammate) => ({ ...teammate, name: nameOf(teammate) }))
  const choices: Choice[] = all.map((teammate) => ({
    id: teammate.id,
    name: teammate.id === me.id ? s.assign.me(teammate.name) : fullName(teammate, all, teammate.email),
    keywords: teammate.email,
    detail: teammate.id === me.id || hasAccess(teammate) ? undefined : s.assign.getsAccess,
    icon: <TeammateAvatar teammate={teammate} size={20} />,
    isCurrent: teammate.id === current,
    perform: take(teammate),
  }))
  choices.push({
    id: 'nobody',
    name: s.assign.nobody,
    icon: <IconUserOff size={20} stroke={1.5} aria-hidden />,
    isCurrent: current === null,
    perform: take(null),
  })
  return (
    <Dialog label={s.assign.label}>
      <Chooser label={s.assign.label} placeholder={s.assign.filter} empty={s.assign.none} choices={choices} />
    </Dialog>
  )
}

/** Whether a teammate has the inboxes of all conversations; others get access to what is assigned to them. */
function useHasAccess(conversations: Conversation[]): (teammate: Teammate) => boolean {
  const { data: inboxes = [] } = useQuery(inboxesQuery)
  const inboxIds = new Set(conversations.map(({ inbox_id }) => inbox_id))
  const closed = inboxes.filter(({ id, is_public }) => inboxIds.has(id) && !is_public)
  const access = useQueries({ queries: closed.map(({ id }) => inboxTeammatesQuery(id)) })
  return ({ id }) => access.every(({ data }) => !data || data.some((teammate) => teammate.id === id))
}
