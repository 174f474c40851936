import { InvalidArgumentError } from 'commander'

/** Parses an option that is an integer. NaN would become null in JSON. */
export function parseInteger(text: string): number {
  if (!/^\d{1,16}$/.test(text)) throw new InvalidArgumentError('It must be an integer.')
  return Number(text)
}
