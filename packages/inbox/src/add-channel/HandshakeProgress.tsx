import { IconCheck, IconLoader2, IconX } from '@tabler/icons-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { t } from '../strings/settings.ts'
import styles from './HandshakeProgress.module.css'
import type { HandshakeStep } from './handshake.ts'

const texts = t.addChannel.progress
/** The response time limit of a channel's server, in seconds. */
const limit = 7

interface HandshakeProgressProps {
  name: string
  host: string
  steps: HandshakeStep[]
}

/** The progress of the handshake. Takes the focus from the button that it replaces. */
export function HandshakeProgress({ name, host, steps }: HandshakeProgressProps) {
  const asking = steps.some((step) => step.step === 'asking')
  const answered = steps.find((step) => step.step === 'answered')
  const box = useRef<HTMLElement>(null)
  useEffect(() => {
    box.current?.focus()
  }, [])
  const isYes = answered?.status_code != null && answered.status_code < 300
  return (
    <section ref={box} tabIndex={-1} aria-label={texts.title(name)} className={styles.progress}>
      <h2>{texts.title(name)}</h2>
      <ol role="status">
        <Step state={asking ? 'done' : 'now'}>{texts.sign}</Step>
        {asking && !answered && (
          <Step state="now">
            {texts.asking(host)} <Seconds />
          </Step>
        )}
        {answered && (
          <Step state={isYes ? 'done' : 'failed'}>
            {answered.status_code === null
              ? texts.noAnswer(host)
              : texts.answered(host, answered.status_code, texts.ms(answered.duration_ms))}
          </Step>
        )}
        {isYes && <Step state="now">{texts.saving}</Step>}
      </ol>
    </section>
  )
}

const icons = {
  now: <IconLoader2 size={16} aria-hidden className={styles.spin} />,
  done: <IconCheck size={16} aria-hidden />,
  failed: <IconX size={16} aria-hidden />,
}

function Step({ state, children }: { state: keyof typeof icons; children: ReactNode }) {
  return (
    <li data-state={state}>
      {icons[state]}
      <span>{children}</span>
    </li>
  )
}

/** The seconds since the request; screen readers announce only that it is slow. */
function Seconds() {
  const [passed, setPassed] = useState(0)
  useEffect(() => {
    const began = Date.now()
    const timer = setInterval(() => setPassed((Date.now() - began) / 1000), 100)
    return () => clearInterval(timer)
  }, [])
  const part = Math.min(1, passed / limit)
  return (
    <>
      <span aria-hidden className={styles.seconds}>
        … {texts.of(Math.min(limit, Math.floor(passed)), limit)}
      </span>
      {passed > 3 && <span className="visually-hidden">{texts.slow}</span>}
      <span aria-hidden className={styles.bar}>
        <span className={styles.fill} style={{ transform: `scaleX(${part})` }} />
      </span>
    </>
  )
}
