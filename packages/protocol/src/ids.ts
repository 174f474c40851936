/** The prefixes of resource ids: Front's, then Portico's. (An App UID, `app_` + hex, is an opaque text and not one of these.) */
export type Prefix =
  | 'cmp' // company
  | 'tea' // teammate
  | 'tim' // team
  | 'inb' // inbox
  | 'cha' // channel
  | 'cnv' // conversation
  | 'msg' // message
  | 'cir' // teammate group
  | 'com' // comment
  | 'fil' // attachment
  | 'crd' // contact
  | 'ctc' // contact, in older documents
  | 'grp' // contact list
  | 'acc' // account
  | 'tag' // tag
  | 'top' // link
  | 'rul' // rule
  | 'evt' // event
  | 'sig' // signature
  | 'rsp' // message template
  | 'rsf' // folder of message templates
  | 'shf' // shift
  | 'fld' // custom field
  | 'sts' // ticket status
  | 'kba' // knowledge base article
  | 'kbc' // knowledge base category
  | 'knb' // knowledge base
  | 'exp' // export
  | 'amt' // message template of a channel (a Portico extension)
  | 'tok' // API token (a Portico extension)
  | 'ivt' // invitation (a Portico extension)
  | 'dft' // draft (a Portico extension)
  | 'cal' // call (a Portico extension)

/** A public id is the integer `number × 2^20 + company number`, in base 36. */
const companyLimit = 2 ** 20
const numberLimit = 2 ** 33

/** `cha_2n9c` for ('cha', 123456): the prefix and lower-case base36 of a positive integer. */
export function encodeId(prefix: Prefix, integer: number): string {
  if (!Number.isSafeInteger(integer) || integer < 1)
    throw new RangeError(`${prefix}: ${integer} is not a positive integer`)
  return `${prefix}_${integer.toString(36)}`
}

/** The integer in `prefix_base36`, or null: another prefix, upper case, a leading zero, or more than 2^53 - 1. */
export function decodeId(prefix: Prefix, text: string): number | null {
  if (!text.startsWith(`${prefix}_`)) return null
  const digits = text.slice(prefix.length + 1)
  if (!/^[1-9a-z][0-9a-z]{0,10}$/.test(digits)) return null
  const integer = Number.parseInt(digits, 36)
  return Number.isSafeInteger(integer) ? integer : null
}

/** The id of a company's resource in the API: unique in the instance, with the company's number in it. Company 1…2^20-1, number 1…2^33-1. */
export function publicId(prefix: Prefix, companyId: number, number: number): string {
  if (!within(companyId, companyLimit)) throw new RangeError(`${companyId} is no company number`)
  if (!within(number, numberLimit)) throw new RangeError(`${number} is no number of a ${prefix}`)
  return encodeId(prefix, number * companyLimit + companyId)
}

/** The company and number in a public id, or null for any text that `publicId` never makes. */
export function parsePublicId(prefix: Prefix, text: string): { companyId: number; number: number } | null {
  const integer = decodeId(prefix, text)
  if (integer === null) return null
  const companyId = integer % companyLimit
  const number = Math.floor(integer / companyLimit)
  return companyId > 0 && number > 0 ? { companyId, number } : null
}

function within(integer: number, limit: number): boolean {
  return Number.isInteger(integer) && integer >= 1 && integer < limit
}

export type ResourceAlias = { kind: 'id'; text: string } | { kind: 'alias'; source: string; value: string }

/** Reads a percent-decoded path part: `alt:<source>:<value>`, where the value may hold more colons, or an id. */
export function parseAlias(text: string): ResourceAlias {
  const second = text.startsWith('alt:') ? text.indexOf(':', 4) : -1
  if (second < 0) return { kind: 'id', text }
  return { kind: 'alias', source: text.slice(4, second), value: text.slice(second + 1) }
}

/**
 * The `message_uid` of a message: 16 hex digits of checksum, then the 16 hex digits of the integer in its public id, so that it is
 * found without an index. The checksum refuses typos and guesses at random; it is not a secret and protects nothing.
 */
export function messageUid(integer: number): string {
  if (!Number.isSafeInteger(integer) || integer < 1) throw new RangeError(`${integer} is not a positive integer`)
  const high = Math.floor(integer / 2 ** 32)
  const low = integer % 2 ** 32
  const first = mix(low ^ mix(high ^ 0x706f7274))
  const second = mix(first ^ high ^ 0x69636f21)
  return hex(first) + hex(second) + hex(high) + hex(low)
}

/** The `message_uid` of the message with this public id. */
export function messageUidOf(id: string): string {
  return messageUid(Number.parseInt(id.slice('msg_'.length), 36))
}

/** The integer that `messageUid` was made from, or null. */
export function parseMessageUid(text: string): number | null {
  if (!/^[0-9a-f]{32}$/.test(text)) return null
  const integer = Number.parseInt(text.slice(16), 16)
  return Number.isSafeInteger(integer) && integer > 0 && messageUid(integer) === text ? integer : null
}

/** The 32-bit finaliser of MurmurHash3: every bit of the input moves about half of the output's. */
function mix(word: number): number {
  let mixed = word
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0')
}
