import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react'
import styles from './Chooser.module.css'

export interface Choice {
  id: string
  name: string
  icon: ReactNode
  /** Heading it stands under. */
  group?: string
  keywords?: string
  shortcut?: string
  isCurrent?: boolean
  perform: () => void
}

interface ChooserProps {
  label: string
  placeholder: string
  empty: string
  choices: Choice[]
}

/** A field that narrows a list; arrows move, Enter takes. */
export function Chooser({ label, placeholder, empty, choices }: ChooserProps) {
  const [typed, setTyped] = useState('')
  const [active, setActive] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const id = useId()
  const found = useMemo(() => findChoices(choices, typed), [choices, typed])
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is active decides what is in view
  useEffect(() => {
    void list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [active, found])

  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (by && found.length > 0) {
      event.preventDefault()
      setActive((active + by + found.length) % found.length)
    }
    if (event.key === 'Enter') {
      event.preventDefault()
      found[active]?.perform()
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
              onClick={choice.perform}
            >
              {choice.icon}
              <bdi className={styles.name}>{choice.name}</bdi>
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

/** All typed words must begin a word of the name or of its keywords; a name that begins so comes first. */
export function findChoices(choices: Choice[], typed: string): Choice[] {
  const wanted = typed.trim().toLocaleLowerCase().split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return choices
  const fits = ({ name, keywords = '' }: Choice) => {
    const words = `${name} ${keywords}`.toLocaleLowerCase().split(/[^\p{L}\p{N}]+/u)
    return wanted.every((part) => words.some((word) => word.startsWith(part)))
  }
  const rank = ({ name }: Choice) => (name.toLocaleLowerCase().startsWith(wanted[0] ?? '') ? 0 : 1)
  return choices
    .filter(fits)
    .map((choice) => ({ ...choice, group: undefined }))
    .sort((one, other) => rank(one) - rank(other))
}
