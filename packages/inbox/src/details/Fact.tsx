import type { ReactNode } from 'react'
import styles from './Fact.module.css'

/** A name and value in the details. */
export function Fact({ name, icon, children }: { name: string; icon?: ReactNode; children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>
        {icon}
        <span>{children}</span>
      </dd>
    </div>
  )
}
