import type { ComponentType } from 'react'
import { t } from '../strings/thread.ts'
import styles from './Details.module.css'
import type { DetailsPanel, PanelProps } from './panels.ts'

/** The details of a conversation and its contact. */
export function detailsOf(panels: DetailsPanel[]): ComponentType<PanelProps> {
  return function Details({ conversation }: PanelProps) {
    const inSlot = (slot: DetailsPanel['slot']) =>
      panels
        .filter((panel) => panel.slot === slot)
        .map(({ order, Panel }) => <Panel key={order} conversation={conversation} />)
    return (
      <>
        <section className={styles.slot} aria-labelledby="details-customer">
          <h3 id="details-customer" className={styles.heading}>
            {t.details.customer}
          </h3>
          {inSlot('customer')}
        </section>
        <section className={styles.slot} aria-labelledby="details-facts">
          <h3 id="details-facts" className={styles.heading}>
            {t.details.conversation}
          </h3>
          <dl className={styles.facts}>{inSlot('facts')}</dl>
        </section>
      </>
    )
  }
}
