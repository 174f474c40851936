import { Fact } from '../details/Fact.tsx'
import type { DetailsPanel, PanelProps } from '../details/panels.ts'
import { t } from '../strings/thread.ts'
import { ChannelIcon } from './ChannelIcon.tsx'
import styles from './details.module.css'
import { useChannelOf } from './queries.ts'

export const details: DetailsPanel[] = [{ slot: 'facts', order: 4, Panel: ChannelFact }]

function ChannelFact({ conversation }: PanelProps) {
  const channel = useChannelOf(conversation)
  return (
    <Fact name={t.details.channel} icon={channel && <ChannelIcon channel={channel} className={styles.icon} />}>
      <bdi>{channel === null ? t.details.channelDeleted : channel?.name}</bdi>
    </Fact>
  )
}
