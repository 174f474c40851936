const tokens = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}]/g

/**
 * Whether an object in a JSON text, at any depth, names a key twice, in whatever spelling (`\u0065xp` is `exp`).
 * Parsers disagree on which of the two counts. The text must be JSON.
 */
export function hasRepeatedKeys(json: string): boolean {
  const objects: Set<string>[] = []
  for (const [token, colon] of json.matchAll(tokens)) {
    if (token === '{') objects.push(new Set())
    else if (token === '}') objects.pop()
    else if (colon !== undefined) {
      const key: string = JSON.parse(token.slice(0, token.length - colon.length))
      const keys = objects.at(-1)
      if (keys?.has(key)) return true
      keys?.add(key)
    }
  }
  return false
}
