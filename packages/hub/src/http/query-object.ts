import { ApiError } from './api-error.ts'

/**
 * Front's query object: `q={"types":["archive"]}`, or in brackets `q[types][]=archive`, `q[types]=archive,move`. Lists and
 * single values alike as texts; a name without values asks for nothing and is left out. Throws invalid_query for a name that
 * is none of these, unsupported_field for one not built.
 */
export function queryObject<Name extends string>(
  query: Record<string, unknown>,
  names: readonly Name[],
  unbuilt: readonly string[] = [],
): Partial<Record<Name, string[]>> {
  const found: Partial<Record<Name, string[]>> = {}
  for (const [name, values] of [...ofObject(query.q), ...ofBrackets(query)]) {
    const known = names.find((item) => item === name)
    if (!known && !unbuilt.includes(name)) throw refusal(`q.${name}`, `is none of ${names.join(', ')}`)
    if (values.length === 0) continue
    if (!known) throw new ApiError('unsupported_field', undefined, [`query.q.${name}: is not built yet`])
    found[known] = [...(found[known] ?? []), ...values]
  }
  return found
}

type Entry = [name: string, values: string[]]

function ofObject(text: unknown): Entry[] {
  if (text === undefined || text === '') return []
  const object = parsed(text)
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    throw refusal('q', 'is not a query object like {"types":["archive"]}')
  }
  return Object.entries(object).map(([name, value]) => [name, valuesOf(name, value)])
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text))
  } catch {
    return undefined
  }
}

function valuesOf(name: string, value: unknown): string[] {
  const values = [value].flat().filter((name) => name !== null && name !== '')
  if (values.some((value) => typeof value === 'object'))
    throw refusal(`q.${name}`, 'is neither a text nor a list of texts')
  return values.map(String)
}

function ofBrackets(query: Record<string, unknown>): Entry[] {
  return Object.entries(query).flatMap(([key, value]): Entry[] => {
    if (!key.startsWith('q[')) return []
    const name = /^q\[(\w+)\](?:\[\d*\])?$/.exec(key)?.[1]
    if (name === undefined) throw refusal(key, 'is not written as q[name] or q[name][]')
    const texts = [value].flat().flatMap((text) => String(text).split(','))
    return [[name, texts.filter((text) => text !== '')]]
  })
}

function refusal(name: string, reason: string): ApiError {
  return new ApiError('invalid_query', undefined, [`query.${name}: ${reason}`])
}
