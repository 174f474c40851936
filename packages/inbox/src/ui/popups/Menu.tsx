import { IconCheck, IconPointFilled, type IconProps } from '@tabler/icons-react'
import type { ComponentType, MouseEvent, ReactNode } from 'react'
import styles from './Menu.module.css'
import { walkMenu } from './menu-keys.ts'
import { Popup, type PopupProps } from './Popup.tsx'

/** A button and its menu. */
export function Menu({ children, ...popup }: PopupProps) {
  return (
    <Popup role="menu" {...popup}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the menu around it has the role */}
      <div className={styles.menu} onKeyDown={walkMenu}>
        {children}
      </div>
    </Popup>
  )
}

type Icon = ComponentType<IconProps>

/** Closes the menu before `onSelect`, so that a dialog opened by it restores the focus to the menu's button. */
export function MenuItem({
  icon: Icon,
  hint,
  onSelect,
  children,
}: {
  icon: Icon
  hint?: string
  onSelect: () => void
  children: string
}) {
  const select = ({ currentTarget }: MouseEvent<HTMLElement>) => {
    currentTarget.closest<HTMLElement>('[popover]')?.hidePopover()
    onSelect()
  }
  return (
    <button type="button" role="menuitem" tabIndex={-1} className={styles.item} onClick={select}>
      <Icon size={16} aria-hidden />
      <bdi>{children}</bdi>
      {hint && <kbd>{hint}</kbd>}
    </button>
  )
}

interface CheckProps {
  isChecked: boolean
  onSelect: () => void
  children: string
}

/** A radio item; the menu stays open to show its effect. */
export function MenuRadio({ isChecked, icon: Icon, onSelect, children }: CheckProps & { icon: Icon }) {
  return (
    <button
      type="button"
      role="menuitemradio"
      aria-checked={isChecked}
      tabIndex={-1}
      className={styles.item}
      onClick={onSelect}
    >
      <span className={styles.indicator}>{isChecked && <IconPointFilled size={12} aria-hidden />}</span>
      <bdi>{children}</bdi>
      <Icon size={16} aria-hidden />
    </button>
  )
}

export function MenuCheck({ isChecked, onSelect, children }: CheckProps) {
  return (
    <button
      type="button"
      role="menuitemcheckbox"
      aria-checked={isChecked}
      tabIndex={-1}
      className={styles.item}
      onClick={onSelect}
    >
      <span className={styles.indicator}>{isChecked && <IconCheck size={14} stroke={3} aria-hidden />}</span>
      <bdi>{children}</bdi>
    </button>
  )
}

export function MenuGroup({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div role="group" aria-label={label}>
      <div aria-hidden className={styles.label}>
        {label}
      </div>
      {children}
    </div>
  )
}

export function MenuDivider() {
  return <hr className={styles.divider} />
}
