import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import styles from './Chooser.module.css'
import { type Choice, findChoices } from './choices.ts'

interface ChooserProps {
  label: string
  placeholder: string
  empty: string
  choices: Choice[]
  /** The last choice, made of what is typed. */
  creation?: (typed: string) => Choice | null
}

/** A field that filters a list; arrows move, Enter chooses. */
export function Chooser({ label, placeholder, empty, choices, creation }: ChooserProps) {
  const [typed, setTyped] = useState('')
  const [active, setActive] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const id = useId()
  const found = useMemo(
    () => [...findChoices(choices, typed), ...(creation?.(typed) ? [creation(typed) as Choice] : [])],
    [choices, creation, typed],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: the active item is scrolled into view
  useEffect(() => {
    void list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [active, found])

  const perform = (choice: Choice | undefined) => {
    choice?.perform()
    // it stays open for the next choice
    if (creation) setTyped('')
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const to = indexAfter(event.key, active, found.length, typed === '')
    if (to !== undefined && found.length > 0) {
      event.preventDefault()
      setActive(to)
    }
    if (event.key === 'Enter') {
      event.preventDefault()
      perform(found[active])
    }
  }
  return (
    <>
      <input
        // biome-ignore lint/a11y/noAutofocus: the dialog was opened to type here
        autoFocus
        className={styles.field}
        role="combobox"
        aria-label={label}
        aria-expanded
        aria-controls={id}
        aria-activedescendant={found[active] ? `${id}-${found[active].id}` : undefined}
        aria-autocomplete="list"
        autoComplete="off"
        placeholder={placeholder}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value)
          setActive(0)
        }}
        onKeyDown={onKeyDown}
      />
      <div ref={list} id={id} role="listbox" aria-label={label} className={styles.list}>
        {found.map((choice, index) => (
          <div key={choice.id} role="presentation">
            {choice.group && choice.group !== found[index - 1]?.group && (
              <p role="presentation" className={styles.group}>
                {choice.group}
              </p>
            )}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the field's */}
            <div
              id={`${id}-${choice.id}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              className={styles.choice}
              onPointerMove={() => setActive(index)}
              onClick={() => perform(choice)}
            >
              {choice.icon}
              <span className={styles.texts}>
                <bdi className={styles.name}>{choice.name}</bdi>
                {choice.detail && <bdi className={styles.detail}>{choice.detail}</bdi>}
              </span>
              {choice.isCurrent && <span aria-hidden>✓</span>}
              {choice.shortcut && <kbd className={styles.shortcut}>{choice.shortcut}</kbd>}
            </div>
          </div>
        ))}
      </div>
      {found.length === 0 && (
        <p role="status" className={styles.empty}>
          {empty}
        </p>
      )}
    </>
  )
}

/** The index after a key press. Home and End move in the field while it has text. */
function indexAfter(key: string, at: number, count: number, isEmpty: boolean): number | undefined {
  if (key === 'ArrowDown') return (at + 1) % count
  if (key === 'ArrowUp') return (at - 1 + count) % count
  if (key === 'Home' && isEmpty) return 0
  if (key === 'End' && isEmpty) return count - 1
  return undefined
}
