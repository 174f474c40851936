import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const dist = join(import.meta.dirname, '../../packages/inbox/dist')

export interface FirstLoad {
  /** Paths below /app/. */
  files: string[]
  /** The sum of their sizes after gzip -9. */
  bytes: number
  /** The number of scripts and styles that are loaded when they are used. */
  later: number
}

/** The files that a browser fetches before it shows the inbox: the scripts and styles that index.html names, and their imports. */
export function firstLoad(): FirstLoad {
  const page = readFileSync(join(dist, 'index.html'), 'utf8')
  const named = [...page.matchAll(/(?:src|href)="\/app\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, path]) => path ?? '')
  if (named.length === 0) throw new Error('index.html names no script: has the page changed?')
  const loaded = new Set(named)
  // iterating over a Set includes the items that are added meanwhile
  for (const path of loaded) for (const imported of importsOf(path)) loaded.add(imported)
  const files = [...loaded]
  const sizes = files.map((path) => gzipSync(readFileSync(join(dist, path)), { level: 9 }).byteLength)
  const all = readdirSync(join(dist, 'assets')).filter((name) => /\.(?:js|css)$/.test(name))
  return { files, bytes: sizes.reduce((sum, size) => sum + size, 0), later: all.length - files.length }
}

/** The static imports of a chunk, without `import(…)`. */
function importsOf(path: string): string[] {
  if (!path.endsWith('.js')) return []
  const code = readFileSync(join(dist, path), 'utf8')
  return [...code.matchAll(/(?:\bfrom|\bimport)\s*["'`]\.\/([^"'`]+\.js)["'`]/g)].map(([, name]) => `assets/${name}`)
}
