import { useQuery } from '@tanstack/react-query'
import { Fact } from '../details/Fact.tsx'
import type { DetailsPanel, PanelProps } from '../details/panels.ts'
import { s } from '../strings/strings.ts'
import { ChannelIcon } from './ChannelIcon.tsx'
import styles from './details.module.css'
import { channelsQuery } from './queries.ts'

export const details: DetailsPanel[] = [{ slot: 'facts', order: 4, Panel: ChannelFact }]

function ChannelFact({ conversation }: PanelProps) {
  const { data: channels } = useQuery(channelsQuery)
  const channel = channels?.find(({ id }) => id === conversation.channel_id)
  return (
    <Fact name={s.details.channel} icon={channel && <ChannelIcon channel={channel} className={styles.icon} />}>
      <bdi>{channel?.name ?? (channels && s.details.channelDeleted)}</bdi>
    </Fact>
  )
}
