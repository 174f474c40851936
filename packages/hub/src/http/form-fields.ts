import { isUtf8 } from 'node:buffer'
import { ApiError } from './api-error.ts'
import { parseJson } from './json-body.ts'

type Node = Map<string, Node | string>

const maxDepth = 4
/** The fields that may come as one part of JSON. */
const mayBeJson = /^(?:sender|to|metadata|options|attachment_ids)$/
const files = /^attachments?$/

/**
 * The fields of a form as the object that JSON would have brought, in the ways in which clients name what is nested:
 * `sender[handle]`, `to[0][handle]`, `to[][handle]`, or `metadata` as one part of JSON.
 */
export class FormFields {
  readonly #root: Node = new Map()

  /** Throws invalid_form, invalid_character. */
  add(name: string, bytes: Buffer): void {
    const path = pathOf(name)
    const [first = '', ...rest] = path
    // a part without a file name in a field for files is no file
    if (files.test(first)) return
    if (path.length > maxDepth) throw refused(name, `is nested more than ${maxDepth} deep`)
    if (path.some((key) => key === '__proto__')) return
    put(this.#root, [first, ...rest], textOf(name, bytes), name)
  }

  value(): Record<string, unknown> {
    const entries = Array.from(this.#root, ([name, node]) => [name, plainValue(name, node)] as const)
    return Object.fromEntries(entries)
  }
}

/** `to[0][handle]` is to, 0, handle; a name that is written otherwise is one key. */
function pathOf(name: string): string[] {
  const [, first, rest] = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name) ?? []
  if (first === undefined) return [name]
  return [first, ...Array.from((rest ?? '').matchAll(/\[([^[\]]*)\]/g), ([, key = '']) => key)]
}

function textOf(name: string, bytes: Buffer): string {
  if (!isUtf8(bytes)) throw refused(name, 'is not UTF-8')
  const text = bytes.toString()
  if (!text.includes('\0')) return text
  throw new ApiError('invalid_character', undefined, [`body.${name}: contains U+0000`])
}

function put(node: Node, [key = '', ...rest]: string[], value: string, name: string): void {
  const at = key === '' ? placeInList(node, rest) : key
  const known = node.get(at)
  if (rest.length === 0) {
    if (known !== undefined) throw refused(name, 'is there twice')
    node.set(at, value)
    return
  }
  if (typeof known === 'string') throw refused(name, 'is there twice')
  const child: Node = known ?? new Map()
  node.set(at, child)
  put(child, rest, value, name)
}

/** `to[][handle]`, `to[][name]`: the same element, until a field of it comes again. */
function placeInList(node: Node, rest: string[]): string {
  const last = node.get(String(node.size - 1))
  const isSame = last instanceof Map && rest.length > 0 && !last.has(rest[0] as string)
  return String(isSame ? node.size - 1 : node.size)
}

function plainValue(name: string, node: Node | string): unknown {
  if (typeof node === 'string')
    return mayBeJson.test(name) && /^\s*[[{]/.test(node) ? parseJson(Buffer.from(node)) : node
  const keys = [...node.keys()]
  const values = Array.from(node, ([key, child]) => [key, plainValue('', child)] as const)
  if (!keys.every((key) => /^\d{1,4}$/.test(key))) return Object.fromEntries(values)
  return values.sort(([a], [b]) => Number(a) - Number(b)).map(([, value]) => value)
}

function refused(name: string, what: string): ApiError {
  return new ApiError('invalid_form', undefined, [`body.${name}: ${what}`])
}
