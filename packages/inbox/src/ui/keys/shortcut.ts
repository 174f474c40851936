export const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent)

/** The notation of a shortcut on this machine: 'Mod+K' → '⌘K' or 'Ctrl+K'. */
export function shownShortcut(shortcut: string, mac = isMac): string {
  return mac ? shortcut.replace('Mod+', '⌘').replace('Shift+', '⇧') : shortcut.replace('Mod+', 'Ctrl+')
}

type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'getModifierState'>

/**
 * The registry's name of a key press, or null when it is none of ours. On a Mac Ctrl edits text (Ctrl+K deletes to the end of the
 * line), elsewhere the Meta key is the system's.
 */
export function pressed(press: KeyPress, mac = isMac): string | null {
  if (isTypedSign(press, mac)) return press.key
  const [isModified, isForeign] = mac ? [press.metaKey, press.ctrlKey] : [press.ctrlKey, press.metaKey]
  if (press.altKey || isForeign) return null
  const name = nameOf(press)
  const shift = press.shiftKey && /^[A-Z]$/.test(name) ? 'Shift+' : ''
  return `${isModified ? 'Mod+' : ''}${shift}${name}`
}

/** Whether a sign such as # needs AltGr (on a Mac: Option) on this layout, which is then no system command. */
function isTypedSign(press: KeyPress, mac: boolean): boolean {
  const isAltGraph = mac ? press.altKey : press.getModifierState('AltGraph')
  return isAltGraph && /^[!-/:-@[-`{-~]$/.test(press.key)
}

/** The signs that have a meaning here, with Shift on a US keyboard. */
const shifted: Record<string, string> = { Digit1: '!', Digit3: '#', Slash: '?' }

/** The letter of a key by its position on a US keyboard, for layouts without Latin letters (Cyrillic, Greek, Hebrew, Arabic …). */
function nameOf({ key, code, shiftKey }: KeyPress): string {
  if (key.length > 2 || /^[\x20-\x7e]+$/.test(key)) return key.length === 1 ? key.toUpperCase() : key
  if (shiftKey && shifted[code]) return shifted[code]
  return /^(?:Key|Digit)(.)$/.exec(code)?.[1] ?? key
}

const sequenceMs = 1200

/** Reads single keys and sequences such as G I. Returns the shortcut that is complete with this key, if any. */
export class ShortcutReader {
  #first: string | null = null
  #at = 0

  read(key: string, now: number, isKnown: (shortcut: string) => boolean, startsSequence: (key: string) => boolean) {
    const sequence = this.#first && now - this.#at < sequenceMs ? `${this.#first} ${key}` : null
    this.#first = null
    if (sequence && isKnown(sequence)) return sequence
    if (startsSequence(key)) {
      this.#first = key
      this.#at = now
    }
    return isKnown(key) ? key : null
  }
}

/** Typing is never a command. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return (
    target.isContentEditable || target.closest('input, textarea, select, [role="combobox"], [role="textbox"]') !== null
  )
}
