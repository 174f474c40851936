import { type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import type { Message } from '../api/types.ts'
import { t } from '../strings/thread.ts'
import { Frame } from './Frame.tsx'
import { withLinks } from './links.tsx'
import styles from './MessageBody.module.css'

interface MessageBodyProps {
  message: Message
  author: string
  conversationId: string
  /** Called with the paths of the images within the body. */
  onImages: (paths: string[]) => void
}

/** A body as the hub rendered it: text, simple sanitised markup, or a frame of its own. */
export function MessageBody({ message, author, conversationId, onImages }: MessageBodyProps) {
  const { render } = message
  if (render?.kind === 'frame') {
    return <Frame url={render.url} title={t.thread.frame(author)} conversationId={conversationId} onImages={onImages} />
  }
  if (render?.kind === 'inline') {
    return (
      <Limited>
        {() => (
          // biome-ignore lint/security/noDangerouslySetInnerHtml: trust boundary: the hub sanitised it to simple markup at this request
          <div className={styles.html} dir="auto" dangerouslySetInnerHTML={{ __html: render.html }} />
        )}
      </Limited>
    )
  }
  return (
    <>
      {render?.kind === 'text' && <p className={styles.note}>{t.thread.textOnly}</p>}
      <Limited>
        {(isWhole) => (
          <bdi className={styles.text} dir="auto">
            {withLinks(isWhole ? message.text : beginning(message.text))}
          </bdi>
        )}
      </Limited>
    </>
  )
}

const longestBeginning = 6_000

/** More than the limited height shows; a megabyte laid out behind the cut would stop the page for seconds. */
function beginning(text: string): string {
  return text.length <= longestBeginning ? text : text.slice(0, longestBeginning).replace(/[\uD800-\uDBFF]$/, '')
}

/** Long messages are cut to a readable height until asked for. */
function Limited({ children }: { children: (isWhole: boolean) => ReactNode }) {
  const content = useRef<HTMLDivElement>(null)
  const [isLong, setLong] = useState(false)
  const [isWhole, setWhole] = useState(false)
  useLayoutEffect(() => {
    const element = content.current
    if (element) setLong(element.scrollHeight > element.clientHeight + 24)
  }, [])
  return (
    <>
      <div ref={content} className={styles.limited} data-whole={isWhole || undefined} data-long={isLong || undefined}>
        {children(isWhole)}
      </div>
      {isLong && (
        <button type="button" className={styles.more} aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? t.thread.showLess : t.thread.showAll}
        </button>
      )}
    </>
  )
}
