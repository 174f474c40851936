import type { Tag } from '../api/types.ts'
import { s } from '../strings/strings.ts'
import { TagDot } from './TagDot.tsx'
import styles from './Tags.module.css'

/** Tags by name; of more than `most` the number. */
export function Tags({ tags, most = tags.length }: { tags: Tag[]; most?: number }) {
  if (tags.length === 0) return null
  const left = tags.slice(most)
  return (
    <span className={styles.tags} title={tags.map(({ name }) => name).join(', ')}>
      {tags.slice(0, most).map(({ id, name, highlight }) => (
        <span key={id} className={styles.tag}>
          <span className="visually-hidden">, {s.conversations.tag} </span>
          <TagDot highlight={highlight} />
          <bdi>{name}</bdi>
        </span>
      ))}
      {left.length > 0 && <span className={styles.tag}>+{left.length}</span>}
    </span>
  )
}
