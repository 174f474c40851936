import { InvalidArgumentError } from 'commander'

/** Parses an option that is a whole number. NaN would become null in JSON. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,16}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}
