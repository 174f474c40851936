import { IconWifiOff } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useOutbox } from '../../outbox/outbox.ts'
import { useLiveStatus } from '../../stream/status.ts'
import { s } from '../../strings/strings.ts'
import styles from './ConnectionBanner.module.css'

/** A banner while the connection is lost. A short interruption does not show it. */
export function ConnectionBanner() {
  const status = useLiveStatus()
  const waiting = useOutbox().length
  const isLost = status === 'reconnecting' || status === 'offline'
  const [isShown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(isLost), isLost ? 1500 : 0)
    return () => clearTimeout(timer)
  }, [isLost])
  return (
    <div role="status">
      {isShown && isLost && (
        <p className={styles.banner}>
          <IconWifiOff size={16} aria-hidden />
          {status === 'offline' ? s.live.offline : s.live.reconnecting}
          {waiting > 0 && ` ${s.live.waiting(waiting)}`}
        </p>
      )}
    </div>
  )
}
