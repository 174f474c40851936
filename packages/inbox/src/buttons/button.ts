import { limits } from '@portico/protocol/limits'
import { randomKey } from '../outbox/random-key.ts'
import { t } from './strings.ts'

/** A button of a draft, perhaps not finished. */
export interface DraftButton {
  id: string
  title: string
  /** Absent: a press is an answer. */
  url?: string | undefined
}

export const newButton = (): DraftButton => ({ id: randomKey().slice(0, 12), title: '' })

const isBlank = ({ title, url }: DraftButton) => !title.trim() && !url?.trim()

/** Without the empty ones, as they are saved and sent. */
export function filled(buttons: DraftButton[]): DraftButton[] {
  return buttons
    .filter((button) => !isBlank(button))
    .map(({ id, title, url }) => ({ id, title, ...(url !== undefined && { url }) }))
}

/** As they are sent: a page without a scheme is one of the web. */
export function finished(buttons: DraftButton[]): DraftButton[] {
  return filled(buttons).map(({ url, ...button }) => ({
    ...button,
    title: button.title.trim(),
    ...(url?.trim() && { url: withScheme(url.trim()) }),
  }))
}

const withScheme = (url: string) => (/^[a-z][a-z0-9+.-]*:/i.test(url) ? url : `https://${url}`)

export function haveSameButtons(a: DraftButton[], b: DraftButton[]): boolean {
  return JSON.stringify(filled(a)) === JSON.stringify(filled(b))
}

/** Counts as the hub does: an emoji is one. */
export const lengthOf = (title: string) => [...title.trim()].length

/** Why a button cannot be sent; null: it can. */
export function problemOf(button: DraftButton, all: DraftButton[]): string | null {
  if (isBlank(button)) return null
  const title = button.title.trim()
  if (title === '') return t.needsTitle
  if (lengthOf(title) > limits.buttonTitle) return t.tooLong(lengthOf(title), limits.buttonTitle)
  if (all.findIndex((other) => other.title.trim() === title) < all.indexOf(button)) return t.twice
  if (button.url !== undefined && !isPage(button.url)) return button.url.trim() ? t.noPage : t.needsPage
  return null
}

function isPage(url: string): boolean {
  const written = withScheme(url.trim())
  return /^https?:\/\/\S+$/i.test(written) && URL.canParse(written) && written.length <= limits.url
}

/** Why a draft with these buttons is not sent; null: it is. */
export function problemOfAll(buttons: DraftButton[], body: string): string | null {
  const asked = filled(buttons)
  const first = asked.map((button) => problemOf(button, asked)).find((problem) => problem !== null)
  if (first) return first
  return asked.length > 0 && !body.trim() ? t.needsText : null
}

/** The same buttons with one of them a place further up (-1) or down (1). */
export function moved(buttons: DraftButton[], index: number, by: -1 | 1): DraftButton[] {
  const button = buttons[index]
  if (!button || index + by < 0 || index + by >= buttons.length) return buttons
  return buttons.toSpliced(index, 1).toSpliced(index + by, 0, button)
}
