import { parseIncompletePhoneNumber, parsePhoneNumberFromString } from 'libphonenumber-js'

/** The form in which a handle is stored and looked up: e-mail addresses in lower case, phone numbers in E.164. */
export function normaliseHandle(source: string, handle: string): string {
  if (source === 'email') return handle.trim().toLowerCase()
  return source === 'phone' ? normalPhone(handle) : handle
}

/** Digits of any script and the marks people put between them; the format characters that phones copy along are no part of it. */
const invisible = /\p{Cf}/gu
const number = /^[(\s]*[+\uff0b]?[\p{Nd}\s().\-/\u2010-\u2015]+$/u

/**
 * E.164, where the digits say which: `+44 (0)20 7946 0018`, `(0044) 20 7946 0018` and `tel:+442079460018` → `+442079460018`. Without a plus, ten digits, and eleven
 * that begin with 1, are read as North American, as Front does; more are read as they are written, behind a plus.
 * Short codes, sender names and national numbers that begin with 0 are nobody's E.164 number and stay as they are.
 */
function normalPhone(handle: string): string {
  const written = handle
    .replace(invisible, '')
    .trim()
    .replace(/^tel:(?=[+\d])/i, '')
  if (!number.test(written)) return written
  const international = internationalForm(parseIncompletePhoneNumber(written))
  if (international === null) return written
  return parsePhoneNumberFromString(international)?.number ?? international
}

function internationalForm(digits: string): string | null {
  if (digits.startsWith('+')) return digits.replace(/^\+00/, '+')
  if (digits.length < 10) return null
  if (/^00[1-9]/.test(digits)) return `+${digits.slice(2)}`
  if (/^011[1-9]\d{9}/.test(digits)) return `+${digits.slice(3)}`
  if (digits.startsWith('0')) return null
  return digits.length === 10 ? `+1${digits}` : `+${digits}`
}
