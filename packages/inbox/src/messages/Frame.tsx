import { IconPhotoOff } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { t } from '../strings/thread.ts'
import { blockFileDrops } from '../ui/files/files.ts'
import { useShownScheme } from '../ui/theme/color-scheme.ts'
import styles from './Frame.module.css'
import { useRemoteImages } from './remote-images.ts'

const highestFrame = 20_000

interface FrameProps {
  url: string
  title: string
  conversationId: string
  /** Called with the paths of the images that the document shows. */
  onImages: (paths: string[]) => void
}

/** A message in a document of its own. No scripts run in there, so it is measured and given its colours from here. */
export function Frame({ url, title, conversationId, onImages }: FrameProps) {
  const scheme = useShownScheme()
  const { isAsked, ask } = useRemoteImages(conversationId)
  const [remoteImages, setRemoteImages] = useState<string>()
  const frame = useRef<HTMLIFrameElement>(null)
  const watch = useRef<ResizeObserver | null>(null)
  const [height, setHeight] = useState(160)
  const [colours, setColours] = useState<string>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a newly loaded document does not know yet
  useEffect(() => {
    const root = frame.current?.contentDocument?.documentElement
    if (root) root.dataset.scheme = scheme
  }, [scheme, colours])
  useEffect(() => () => watch.current?.disconnect(), [])
  const show = () => {
    const page = frame.current?.contentDocument
    if (!page) return
    const fit = () => frame.current && setHeight(heightOf(frame.current, page))
    watch.current?.disconnect()
    watch.current = new ResizeObserver(fit)
    watch.current.observe(page.body)
    listen(frame.current, page)
    setColours(page.documentElement.dataset.colours ?? 'own')
    setRemoteImages(page.documentElement.dataset.remoteImages)
    onImages(Array.from(page.images, ({ src }) => (src.startsWith('data:') ? '' : new URL(src).pathname)))
    fit()
  }
  return (
    <>
      <iframe
        ref={frame}
        className={styles.frame}
        data-colours={colours}
        src={isAsked && remoteImages !== 'none' ? `${url}?remote_images=true` : url}
        title={title}
        height={height}
        sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
        referrerPolicy="no-referrer"
        onLoad={show}
      />
      {remoteImages === 'ask' && (
        <p className={styles.images}>
          <IconPhotoOff size={16} aria-hidden />
          <span>{t.thread.remoteImages}</span>
          <button type="button" onClick={ask}>
            {t.thread.showRemoteImages}
          </button>
        </p>
      )}
      {remoteImages === 'never' && (
        <p className={styles.images}>
          <IconPhotoOff size={16} aria-hidden />
          <span>{t.thread.noRemoteImages}</span>
        </p>
      )}
    </>
  )
}

/** Keys that are pressed and files that are dropped in there are the app's, as everywhere. */
function listen(frame: HTMLIFrameElement | null, page: Document): void {
  page.addEventListener('keydown', (event) => {
    const isFree = frame?.dispatchEvent(new KeyboardEvent('keydown', event))
    if (isFree === false) event.preventDefault()
  })
  page.addEventListener('dragenter', ({ dataTransfer }) => {
    frame?.dispatchEvent(new DragEvent('dragenter', { bubbles: true, dataTransfer }))
  })
  if (page.defaultView) blockFileDrops(page.defaultView)
}

/** All of it, with the scroll bar below what is too wide; fractions of a pixel at zoomed sizes are rounded up. */
function heightOf(frame: HTMLIFrameElement, { body, documentElement }: Document): number {
  const scrollBar = Math.max(0, frame.clientHeight - documentElement.clientHeight)
  const content = Math.max(body.getBoundingClientRect().height, body.scrollHeight)
  return Math.min(highestFrame, Math.max(24, Math.ceil(content) + scrollBar))
}
