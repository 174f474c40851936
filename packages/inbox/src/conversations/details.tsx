import { Fact } from '../details/Fact.tsx'
import type { DetailsPanel, PanelProps } from '../details/panels.ts'
import { t } from '../strings/thread.ts'
import { nameOf } from '../teammates/queries.ts'
import { TeammateAvatar } from '../teammates/TeammateAvatar.tsx'
import { dayTime, fullTime } from '../ui/time/formats.ts'
import { statusOf } from './change.ts'

export const details: DetailsPanel[] = [
  { slot: 'facts', order: 1, Panel: Status },
  { slot: 'facts', order: 2, Panel: Assignee },
  { slot: 'facts', order: 5, Panel: Beginning },
]

function Status({ conversation }: PanelProps) {
  return <Fact name={t.details.status}>{t.details.statuses[statusOf(conversation)]}</Fact>
}

function Assignee({ conversation: { assignee } }: PanelProps) {
  if (!assignee) return <Fact name={t.details.assignee}>{t.thread.unassigned}</Fact>
  const name = nameOf(assignee)
  return (
    <Fact name={t.details.assignee} icon={<TeammateAvatar teammate={assignee} size={16} />}>
      <bdi>{name}</bdi>
    </Fact>
  )
}

function Beginning({ conversation: { created_at } }: PanelProps) {
  return (
    <Fact name={t.details.began}>
      <time dateTime={new Date(created_at * 1000).toISOString()} title={fullTime(created_at)}>
        {dayTime(created_at)}
      </time>
    </Fact>
  )
}
