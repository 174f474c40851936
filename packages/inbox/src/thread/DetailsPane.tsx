import { IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Suspense } from 'react'
import actionStyles from '../actions/ActionButton.module.css'
import { conversationQuery } from '../conversations/queries.ts'
import { loadDetails } from '../details/panels.ts'
import { hideDetails, hideOnEscape } from '../details/shown.ts'
import { t } from '../strings/thread.ts'
import { lazyWithFallback } from '../ui/lazy-with-fallback.tsx'
import { NotLoaded } from '../ui/pages/NotLoaded.tsx'
import styles from './DetailsPane.module.css'

const Details = lazyWithFallback(loadDetails, NotLoaded)

/** The pane beside the conversation. */
export function DetailsPane({ id }: { id: string }) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the key is of all that stands in it
    <div id="details" className={styles.pane} onKeyDown={hideOnEscape}>
      <DetailsPage id={id} onClose={hideDetails} />
    </div>
  )
}

/** The content of the pane or sheet. */
export function DetailsPage({ id, onClose }: { id: string; onClose: () => void }) {
  const { data: conversation } = useQuery(conversationQuery(id))
  return (
    <>
      <header className={styles.header}>
        <h2 id="details-title">{t.details.title}</h2>
        <button type="button" className={actionStyles.button} aria-label={t.details.close} onClick={onClose}>
          <IconX size={18} stroke={1.75} aria-hidden />
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className={styles.content} tabIndex={0} aria-labelledby="details-title">
        <Suspense>{conversation && <Details conversation={conversation} />}</Suspense>
      </section>
    </>
  )
}
