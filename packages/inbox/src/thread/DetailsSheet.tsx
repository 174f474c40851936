import { useEffect, useRef } from 'react'
import { useActionContext } from '../actions/context.tsx'
import { useHasRoom } from '../details/shown.ts'
import { dialogStore } from '../ui/dialogs/open-dialog.ts'
import { useModal } from '../ui/dialogs/useModal.ts'
import styles from './DetailsPane.module.css'
import { DetailsPage } from './DetailsPane.tsx'

/** The details above the open conversation. Closes with the conversation, and when there is room for the pane. */
export function DetailsSheet() {
  const { openId } = useActionContext()
  const openedFor = useRef(openId)
  const { close, props } = useModal(dialogStore.close)
  const isOver = useHasRoom() || openId !== openedFor.current
  useEffect(() => {
    if (isOver) dialogStore.close()
  }, [isOver])
  return (
    <dialog {...props} aria-labelledby="details-title" className={styles.sheet}>
      {openedFor.current && <DetailsPage id={openedFor.current} onClose={close} />}
    </dialog>
  )
}
