import { useQueryErrorResetBoundary } from '@tanstack/react-query'
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router'
import { ApiError, HubNotReached, isStatus } from '../../api/errors.ts'
import { s } from '../../strings/strings.ts'
import { NotLoadedError } from '../not-loaded.ts'
import styles from './Notice.module.css'
import { Notice } from './Notice.tsx'

export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const { reset: forgetErrors } = useQueryErrorResetBoundary()
  if (isStatus(error, 404)) return <NotFoundPage />
  const isNotLoaded = error instanceof NotLoadedError
  const canTryAgain = isNotLoaded || error instanceof ApiError || error instanceof HubNotReached
  const hint = isNotLoaded ? s.errors.notLoaded : canTryAgain ? error.message : s.errors.crashed
  const again = () => {
    forgetErrors()
    reset()
    void router.invalidate()
  }
  return (
    <Notice role="alert" level="h1" title={s.errors.title} hint={hint}>
      <button type="button" className={styles.button} onClick={canTryAgain ? again : () => location.reload()}>
        {canTryAgain ? s.errors.retry : s.errors.reload}
      </button>
    </Notice>
  )
}

export function NotFoundPage({ title = s.errors.notFoundTitle, hint = s.errors.notFound }) {
  return (
    <Notice level="h1" title={title} hint={hint}>
      <Link to="/" className={styles.button}>
        {s.errors.toInbox}
      </Link>
    </Notice>
  )
}
