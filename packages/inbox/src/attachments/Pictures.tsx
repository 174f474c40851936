import { IconChevronLeft, IconChevronRight, IconDownload, IconX } from '@tabler/icons-react'
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react'
import type { Attachment } from '../api/types.ts'
import { dialogStore } from '../ui/dialogs/open-dialog.ts'
import { useModal } from '../ui/dialogs/useModal.ts'
import { inlinePathOf, pathOf, shownName, sizeWords, thumbnailOf } from './attachment.ts'
import { FileName } from './FileName.tsx'
import { openedPictures } from './opened.ts'
import styles from './Pictures.module.css'
import { t } from './strings.ts'

/** Shows pictures as large as the window. Arrow keys change the picture, Escape closes. */
export function Pictures() {
  const [{ pictures, at: first }] = useState(openedPictures)
  const [at, setAt] = useState(first)
  const { props, close } = useModal(dialogStore.close)
  const swipe = useSwipe((step) => go(at + step))
  const picture = pictures[at]
  if (!picture) return null
  const go = (to: number) => setAt(Math.min(pictures.length - 1, Math.max(0, to)))
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: pictures.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    go(to)
  }
  return (
    <dialog {...props} className={styles.dialog} aria-label={t.viewer} onKeyDown={onKeyDown}>
      <header className={styles.header}>
        <span className={styles.name}>
          <FileName name={picture.filename} />
          <span className={styles.meta} role="status">
            <span>{sizeWords(picture.size)}</span>
            {pictures.length > 1 && <span>{t.picture(at + 1, pictures.length)}</span>}
          </span>
        </span>
        <a
          className={styles.button}
          href={pathOf(picture)}
          download={shownName(picture.filename)}
          aria-label={t.download}
          title={t.download}
        >
          <IconDownload size={20} aria-hidden />
        </a>
        <button type="button" className={styles.button} aria-label={t.close} title={`${t.close} (Esc)`} onClick={close}>
          <IconX size={20} aria-hidden />
        </button>
      </header>
      <div className={styles.stage} {...swipe}>
        <Large key={picture.id} picture={picture} />
      </div>
      {pictures.length > 1 && (
        <nav className={styles.steps}>
          <Step label={t.previous} isAtEnd={at === 0} onStep={() => go(at - 1)} Icon={IconChevronLeft} />
          <Step label={t.next} isAtEnd={at === pictures.length - 1} onStep={() => go(at + 1)} Icon={IconChevronRight} />
        </nav>
      )}
    </dialog>
  )
}

interface StepProps {
  label: string
  isAtEnd: boolean
  onStep: () => void
  Icon: typeof IconChevronLeft
}

function Step({ label, isAtEnd, onStep, Icon }: StepProps) {
  return (
    <button
      type="button"
      className={styles.step}
      aria-label={label}
      title={label}
      aria-disabled={isAtEnd}
      onClick={onStep}
    >
      <Icon size={24} aria-hidden />
    </button>
  )
}

/** Shows the thumbnail until the picture is loaded. */
function Large({ picture }: { picture: Attachment }) {
  const [state, setState] = useState<'loading' | 'there' | 'broken'>('loading')
  if (state === 'broken') return <p className={styles.broken}>{t.broken}</p>
  const { width, height } = picture.metadata
  return (
    <>
      {state === 'loading' && (
        <img className={styles.picture} style={{ width, height }} src={thumbnailOf(picture)} alt="" />
      )}
      <img
        className={styles.picture}
        data-state={state}
        src={inlinePathOf(picture)}
        alt={shownName(picture.filename)}
        draggable={false}
        onLoad={() => setState('there')}
        onError={() => setState('broken')}
      />
    </>
  )
}

const shortestSwipe = 48

function useSwipe(onStep: (step: 1 | -1) => void) {
  const start = useRef<number | null>(null)
  return {
    onPointerDown: ({ clientX, pointerType }: PointerEvent) => {
      start.current = pointerType === 'mouse' ? null : clientX
    },
    onPointerUp: ({ clientX }: PointerEvent) => {
      const way = start.current === null ? 0 : clientX - start.current
      start.current = null
      if (Math.abs(way) >= shortestSwipe) onStep(way < 0 ? 1 : -1)
    },
  }
}
