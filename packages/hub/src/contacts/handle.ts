/** Where a handle lives: the contact type of the channel type it came through (dossier 5.9). */
export type HandleSource = 'custom' | 'email' | 'phone'

/** The form in which a handle is stored and looked up: e-mail addresses in lower case, phone numbers in E.164. */
export function normaliseHandle(source: string, handle: string): string {
  if (source === 'email') return handle.trim().toLowerCase()
  return source === 'phone' ? normalPhone(handle) : handle
}

const formatting = /[\s().\-/\u00a0\u2010-\u2015]/g
const longNumber = /^\+?\d+$/

/**
 * `+33 6 12 34 56 78` → `+33612345678`; without a plus, ten digits and more are read as North American, as Front does:
 * `(415) 555-0100` → `+14155550100`. Short codes and sender names are nobody's E.164 number and stay as they are.
 */
function normalPhone(handle: string): string {
  const digits = handle.replace(formatting, '')
  if (!longNumber.test(digits)) return handle.trim()
  if (digits.startsWith('+')) return digits
  if (digits.length < 10) return handle.trim()
  return digits.length === 11 && digits.startsWith('1') ? `+${digits}` : `+1${digits}`
}
