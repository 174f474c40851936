import { ApiError } from '../http/api-error.ts'

/** Matches a single address: no display name, no comment, no second address. */
const oneAddress = /^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+\.[^\s@<>()[\]\\,;:".]+$|^[^\s@<>()[\]\\,;:"]+@localhost$/

/** The address as it is stored and compared. Throws invalid_body for anything that is not one address. */
export function normaliseEmail(text: string): string {
  const email = text.trim().toLowerCase()
  if (email.length > 254 || !oneAddress.test(email)) {
    throw new ApiError('invalid_body', 'The e-mail address is not one.', ['body.email: must be an e-mail address'])
  }
  return email
}
