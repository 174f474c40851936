import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useTouchKeyboard } from '../ui/keys/useTouchKeyboard.ts'
import { emojis } from './emojis.ts'
import styles from './Picker.module.css'
import { recentEmojis } from './recent.ts'
import { t } from './strings.ts'

interface PickerProps {
  /** The emojis that are mine already. */
  mine: string[]
  onChoose: (emoji: string) => void
}

const names = new Map(emojis.map(([emoji, name]) => [emoji, name]))

/** Emojis to choose from: the ones used last, and all, by name. */
export function Picker({ mine, onChoose }: PickerProps) {
  const [words, setWords] = useState('')
  const [recent] = useState(recentEmojis)
  const field = useRef<HTMLInputElement>(null)
  const hasTouchKeyboard = useTouchKeyboard()
  // behind the popup's own focus; on a touch screen the keyboard would cover the emojis
  useEffect(() => void (!hasTouchKeyboard && field.current?.focus({ preventScroll: true })), [hasTouchKeyboard])
  const found = findEmojis(words)
  const choose = (emoji: string, chosenAt: HTMLElement) => {
    chosenAt.closest<HTMLElement>('[popover]')?.hidePopover()
    onChoose(emoji)
  }
  const group = (label: string, list: string[]) => (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div role="group" aria-label={label} className={styles.grid}>
      {list.map((emoji) => (
        <button
          key={emoji}
          type="button"
          className={styles.emoji}
          aria-label={names.get(emoji) ?? emoji}
          title={names.get(emoji)}
          aria-pressed={mine.includes(emoji)}
          onClick={({ currentTarget }) => choose(emoji, currentTarget)}
        >
          {emoji}
        </button>
      ))}
    </div>
  )
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrows move among its buttons
    <div className={styles.picker} onKeyDown={walkGrid}>
      <input
        ref={field}
        type="search"
        className={styles.search}
        placeholder={t.search}
        aria-label={t.search}
        value={words}
        onChange={({ target }) => setWords(target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !words.trim() || !found[0]) return
          // or the button would be pressed that has the focus then
          event.preventDefault()
          choose(found[0], event.currentTarget)
        }}
      />
      <div className={styles.groups}>
        {!words.trim() && group(t.frequent, recent)}
        {!words.trim() && <hr className={styles.divider} />}
        {found.length > 0 ? group(t.found, found) : <p className={styles.none}>{t.none}</p>}
      </div>
    </div>
  )
}

function findEmojis(words: string): string[] {
  const parts = words.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  return emojis
    .filter(([emoji, name, more = '']) => {
      const text = ` ${name} ${more}`.toLocaleLowerCase()
      return parts.every((part) => text.includes(` ${part}`) || emoji === part)
    })
    .map(([emoji]) => emoji)
}

const columns = 8
const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }

/** The arrows move through the emojis, and from the field into them. */
function walkGrid(event: KeyboardEvent<HTMLElement>): void {
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('button')]
  const at = buttons.indexOf(event.target as HTMLElement)
  const step = steps[event.key]
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return
  const isInField = at === -1
  if (isInField && event.key !== 'ArrowDown') return
  event.preventDefault()
  const field = event.currentTarget.querySelector('input')
  const next = isInField ? buttons[0] : at + step < 0 ? field : buttons[Math.min(at + step, buttons.length - 1)]
  next?.focus()
}
