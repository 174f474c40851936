import { InvalidArgumentError } from 'commander'

/** An option that is a number: anything else would reach the hub as nothing. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,16}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}
