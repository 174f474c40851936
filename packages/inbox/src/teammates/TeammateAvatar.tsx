import { useQuery } from '@tanstack/react-query'
import type { Teammate } from '../api/types.ts'
import { Avatar } from '../ui/avatars/Avatar.tsx'
import { nameOf, teammatesQuery } from './queries.ts'

interface TeammateAvatarProps {
  teammate: Pick<Teammate, 'id' | 'first_name' | 'last_name' | 'email'>
  size?: 16 | 20 | 32
  title?: string
}

/** The picture of a teammate as it is now, or the initials. */
export function TeammateAvatar({ teammate, size = 32, title }: TeammateAvatarProps) {
  const { data: picture } = useQuery({ ...teammatesQuery, select: (all) => pictureAmong(all, teammate.id) })
  const name = nameOf(teammate)
  return <Avatar name={name} seed={teammate.id} size={size} picture={picture} {...(title !== undefined && { title })} />
}

/** At the address of the page, whatever name the hub gives itself. */
function pictureAmong(all: Teammate[], id: string): string | null {
  const url = all.find((teammate) => teammate.id === id)?.avatar_url
  return url ? new URL(url).pathname : null
}
