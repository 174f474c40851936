import type { Me } from '../api/types.ts'

/** The values that Portico knows of the two sides of a message. */
export interface KnownValues {
  contactName: string
  contactFirstName: string
  handle: string
  teammateName: string
  teammateFirstName: string
  teammateEmail: string
}

export function knownValues(recipient: { name: string | null; handle: string } | null, me: Me): KnownValues {
  const contactName = recipient?.name?.trim() ?? ''
  return {
    contactName,
    contactFirstName: contactName.split(/\s+/)[0] ?? '',
    handle: recipient?.handle ?? '',
    teammateName: `${me.first_name} ${me.last_name}`.trim(),
    teammateFirstName: me.first_name,
    teammateEmail: me.email,
  }
}

const customer = '(?:(?:contact|customer|recipient|client) ?)?'
/** A "username" is what somebody signs in with, which is not known. */
const teammate = '(?:agent|teammate|user(?!name)|sender) ?'

/** The names of variables that are filled in, in any spelling. */
const names: [RegExp, keyof KnownValues][] = [
  [new RegExp(`^${customer}(?:full ?)?name$`), 'contactName'],
  [new RegExp(`^${customer}first ?name$`), 'contactFirstName'],
  [new RegExp(`^${customer}(?:handle|phone|phone ?number|number|email)$`), 'handle'],
  [new RegExp(`^${teammate}(?:full ?)?(?:name)?$`), 'teammateName'],
  [new RegExp(`^${teammate}first ?name$`), 'teammateFirstName'],
  [new RegExp(`^${teammate}email$`), 'teammateEmail'],
]

/** The value for a variable whose uid or name says what it is; empty for any other. */
export function prefill({ uid, name }: { uid: string; name: string }, known: KnownValues): string {
  for (const called of [name, uid].map(words)) {
    const found = names.find(([pattern]) => pattern.test(called))
    if (found) return known[found[1]]
  }
  return ''
}

const words = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
