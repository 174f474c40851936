import { Fact } from '../details/Fact.tsx'
import type { DetailsPanel, PanelProps } from '../details/panels.ts'
import { s } from '../strings/strings.ts'
import { ChannelIcon } from './ChannelIcon.tsx'
import styles from './details.module.css'
import { useChannelOf } from './queries.ts'

export const details: DetailsPanel[] = [{ slot: 'facts', order: 4, Panel: ChannelFact }]

function ChannelFact({ conversation }: PanelProps) {
  const channel = useChannelOf(conversation)
  return (
    <Fact name={s.details.channel} icon={channel && <ChannelIcon channel={channel} className={styles.icon} />}>
      <bdi>{channel === null ? s.details.channelDeleted : channel?.name}</bdi>
    </Fact>
  )
}
