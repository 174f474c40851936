import { limits } from '@portico/protocol/limits'
import { asText } from '@portico/protocol/rich-content'
import { IconArrowDown, IconArrowUp, IconLink, IconPlus, IconX } from '@tabler/icons-react'
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react'
import { announce } from '../ui/announcer.ts'
import styles from './ButtonRows.module.css'
import { type DraftButton, finished, lengthOf, moved, newButton, problemOf } from './button.ts'
import { t } from './editor-strings.ts'
import { takePendingFocus } from './pending-focus.ts'

export interface ButtonsEditorProps {
  buttons: DraftButton[]
  /** Whether the channel shows buttons. */
  isCapable: boolean
  onChange: (buttons: DraftButton[]) => void
}

/** The buttons of a draft, each on a row, and what the customer gets. */
export default function ButtonRows({ buttons, isCapable, onChange }: ButtonsEditorProps) {
  const list = useRef<HTMLOListElement>(null)
  const focusRow = useFocusOfRow(list)
  useEffect(() => {
    if (takePendingFocus()) list.current?.querySelector('input')?.focus()
  }, [])
  const change = (index: number, part: Partial<DraftButton>) =>
    onChange(buttons.map((button, i) => (i === index ? { ...button, ...part } : button)))
  const add = () => {
    if (buttons.length >= limits.buttons) return
    onChange([...buttons, newButton()])
    focusRow(buttons.length)
  }
  const remove = (index: number) => {
    onChange(buttons.toSpliced(index, 1))
    focusRow(Math.max(0, index - 1))
  }
  const move = (index: number, by: -1 | 1) => {
    const next = moved(buttons, index, by)
    if (next === buttons) return
    onChange(next)
    focusRow(index + by)
    announce(t.moved(next[index + by]?.title ?? '', index + by + 1))
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot scroll in all browsers
    <div role="group" className={styles.editor} aria-label={t.label}>
      <ol ref={list}>
        {buttons.map((button, index) => (
          <Row
            key={button.id}
            {...{ button, index }}
            count={buttons.length}
            problem={problemOf(button, buttons)}
            onChange={(part) => change(index, part)}
            onRemove={() => remove(index)}
            onMove={(by) => move(index, by)}
            onAdd={add}
          />
        ))}
      </ol>
      {buttons.length < limits.buttons ? (
        <button type="button" className={styles.add} onClick={add}>
          <IconPlus size={16} aria-hidden />
          {t.add}
        </button>
      ) : (
        <p className={styles.hint}>{t.most(limits.buttons)}</p>
      )}
      <Outcome buttons={buttons} isCapable={isCapable} />
    </div>
  )
}

function Outcome({ buttons, isCapable }: Omit<ButtonsEditorProps, 'onChange'>) {
  const ready = finished(buttons)
  if (ready.length === 0) return null
  if (isCapable) return <p className={styles.hint}>{t.asButtons}</p>
  return (
    <div className={styles.hint}>
      <p>{t.asText}</p>
      <bdi dir="auto">
        <p className={styles.asText}>{asText({ buttons: ready })}</p>
      </bdi>
    </div>
  )
}

interface RowProps {
  button: DraftButton
  index: number
  count: number
  problem: string | null
  onChange: (part: Partial<DraftButton>) => void
  onRemove: () => void
  onMove: (by: -1 | 1) => void
  onAdd: () => void
}

function Row({ button, index, count, problem, onChange, onRemove, onMove, onAdd }: RowProps) {
  const { id, title, url } = button
  const number = index + 1
  const left = limits.buttonTitle - lengthOf(title)
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      event.preventDefault()
      onMove(event.key === 'ArrowUp' ? -1 : 1)
    } else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && !event.nativeEvent.isComposing) {
      event.preventDefault()
      onAdd()
    } else if (event.key === 'Escape') {
      event.currentTarget.closest('form')?.querySelector('textarea')?.focus()
    } else if (event.key === 'Backspace' && title === '' && url === undefined) {
      event.preventDefault()
      onRemove()
    }
  }
  const described = problem ? `problem-${id}` : undefined
  const field = {
    dir: 'auto',
    autoComplete: 'off',
    'aria-describedby': described,
    'aria-invalid': problem ? true : undefined,
  } as const
  return (
    <li className={styles.row}>
      <input
        {...field}
        className={styles.title}
        aria-label={t.titleOf(number)}
        aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
        placeholder={t.titlePlaceholder}
        value={title}
        onKeyDown={onKeyDown}
        onChange={(event) => onChange({ title: event.target.value })}
      />
      <span className={styles.left} data-over={left < 0 || undefined} title={t.left(left)}>
        {left}
      </span>
      <Tool
        name={url === undefined ? t.addPage(number) : t.removePage(number)}
        isPressed={url !== undefined}
        onClick={() => onChange({ url: url === undefined ? '' : undefined })}
      >
        <IconLink size={16} aria-hidden />
      </Tool>
      <Tool name={t.up(number)} isDisabled={index === 0} onClick={() => onMove(-1)}>
        <IconArrowUp size={16} aria-hidden />
      </Tool>
      <Tool name={t.down(number)} isDisabled={number === count} onClick={() => onMove(1)}>
        <IconArrowDown size={16} aria-hidden />
      </Tool>
      <Tool name={t.remove(number)} onClick={onRemove}>
        <IconX size={16} aria-hidden />
      </Tool>
      {url !== undefined && (
        <input
          {...field}
          className={styles.page}
          inputMode="url"
          aria-label={t.pageOf(number)}
          placeholder="https://"
          value={url}
          onKeyDown={onKeyDown}
          onChange={(event) => onChange({ url: event.target.value })}
        />
      )}
      {problem && (
        <p id={described} className={styles.problem}>
          {problem}
        </p>
      )}
    </li>
  )
}

interface ToolProps {
  name: string
  isPressed?: boolean
  isDisabled?: boolean
  onClick: () => void
  children: ReactNode
}

function Tool({ name, isPressed, isDisabled, onClick, children }: ToolProps) {
  return (
    <button
      type="button"
      className={styles.icon}
      aria-label={name}
      aria-pressed={isPressed}
      title={name}
      disabled={isDisabled}
      onClick={onClick}
    >
      {children}
    </button>
  )
}

/** Focuses the title of a row once it is there. */
function useFocusOfRow(list: { current: HTMLOListElement | null }) {
  const pending = useRef<number | null>(null)
  const focus = (index: number) => list.current?.children[index]?.querySelector('input')?.focus()
  useEffect(() => {
    if (pending.current === null) return
    focus(pending.current)
    pending.current = null
  })
  return (index: number) => {
    pending.current = index
  }
}
