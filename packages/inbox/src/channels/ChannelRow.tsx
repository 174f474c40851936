import { useQuery } from '@tanstack/react-query'
import type { Channel } from '../api/types.ts'
import { t } from '../strings/settings.ts'
import { hasNamesake } from '../ui/pages/namesakes.ts'
import { Row } from '../ui/pages/Rows.tsx'
import { dueTime } from '../ui/time/formats.ts'
import { Health } from './Health.tsx'
import { channelsQuery } from './queries.ts'
import { TypeIcon } from './TypeIcon.tsx'

export function ChannelRow({ channel }: { channel: Channel }) {
  const undo = channel.settings.undo_send_time
  const { name } = channel.channel_type
  const { data: all = [] } = useQuery(channelsQuery)
  const parts = [name === channel.name ? '' : name, undo > 0 ? t.channels.undo(undo) : '']
  if (hasNamesake(channel, all)) parts.push(t.channels.added(dueTime(channel.created_at)), channel.address)
  return (
    <Row
      to={`/settings/channels/${channel.id}`}
      icon={<TypeIcon type={channel.channel_type} />}
      name={channel.name}
      meta={
        <>
          <Health channel={channel} />
          {parts.filter(Boolean).map((part) => ` · ${part}`)}
          {channel.health.last_error && <span style={{ display: 'block' }}>{channel.health.last_error}</span>}
        </>
      }
    />
  )
}
