import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useActionContext } from '../actions/context.tsx'
import { queryClient } from '../api/query-client.ts'
import { request } from '../api/request.ts'
import type { Tag } from '../api/types.ts'
import { TagDot } from '../badges/TagDot.tsx'
import { Chooser } from '../ui/dialogs/Chooser.tsx'
import type { Choice } from '../ui/dialogs/choices.ts'
import { Dialog } from '../ui/dialogs/Dialog.tsx'
import { toast } from '../ui/toasts/toasts.ts'
import { t } from './panel-strings.ts'
import { tagsQuery } from './queries.ts'
import { putTag } from './tag.ts'

export const preloadTags = () => queryClient.prefetchQuery(tagsQuery)

/** Adds tags to the target conversations and removes them; it stays open for the next one. */
export default function TagPanel() {
  const { targets, now } = useActionContext()
  const { data: tags, isPending } = useQuery(tagsQuery)
  const isOnAll = (id: string) =>
    targets.length > 0 && targets.every((target) => target.tags.some((tag) => tag.id === id))
  const choices = (tags ?? []).map(
    (one): Choice => ({
      id: one.id,
      name: one.name,
      detail: one.description ?? undefined,
      icon: <TagDot highlight={one.highlight} />,
      isCurrent: isOnAll(one.id),
      perform: () => toggle(one),
    }),
  )

  const toggle = (one: Tag) => putTag(queryClient, now().targets, one, !isOnAll(one.id))

  async function make(name: string) {
    try {
      const { body } = await request('POST', '/tags', { body: { name, is_visible_in_conversation_lists: true } })
      queryClient.setQueryData(tagsQuery.queryKey, (known = []) => [...known, body])
      putTag(queryClient, now().targets, body, true)
    } catch (error) {
      toast((error as Error).message, { tone: 'danger' })
    }
  }

  const creation = (typed: string): Choice | null => {
    const name = typed.trim().slice(0, 64)
    if (!tags || name === '' || tags.some((one) => one.name.toLocaleLowerCase() === name.toLocaleLowerCase()))
      return null
    return {
      id: 'make',
      name: t.make(name),
      icon: <IconPlus size={20} stroke={1.5} aria-hidden />,
      perform: () => void make(name),
    }
  }
  return (
    <Dialog label={t.label}>
      <Chooser
        label={t.label}
        placeholder={t.filter}
        empty={isPending ? t.loading : t.none}
        choices={choices}
        creation={creation}
      />
    </Dialog>
  )
}
