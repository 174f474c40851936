import { useQuery } from '@tanstack/react-query'
import { Fact } from '../details/Fact.tsx'
import type { DetailsPanel, PanelProps } from '../details/panels.ts'
import { inboxesQuery } from '../session/inboxes.ts'
import { t } from '../strings/thread.ts'

export const details: DetailsPanel[] = [{ slot: 'facts', order: 3, Panel: InboxFact }]

function InboxFact({ conversation }: PanelProps) {
  const { data: inboxes } = useQuery(inboxesQuery)
  const inbox = inboxes?.find(({ id }) => id === conversation.inbox_id)
  return (
    <Fact name={t.details.inbox}>
      <bdi>{inbox?.name ?? (inboxes && t.details.notYourInbox)}</bdi>
    </Fact>
  )
}
