import type { CSSProperties } from 'react'
import type { Tag } from '../api/types.ts'
import styles from './TagDot.module.css'

/** The colour of a tag: the names of Front's are those of CSS. */
export function TagDot({ highlight }: Pick<Tag, 'highlight'>) {
  const style = highlight ? ({ '--dot': highlight.replace('-', '') } as CSSProperties) : undefined
  return <span className={styles.dot} style={style} aria-hidden />
}
