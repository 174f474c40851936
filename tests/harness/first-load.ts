import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const dist = join(import.meta.dirname, '../../packages/inbox/dist')

export interface FirstLoad {
  /** Paths below /app/. */
  files: string[]
  /** gzip -9 of them all. */
  bytes: number
  /** How many scripts and styles are loaded when they are used. */
  later: number
}

/** What a browser fetches before the inbox stands: the scripts and styles that index.html names, and what they import. */
export function firstLoad(): FirstLoad {
  const page = readFileSync(join(dist, 'index.html'), 'utf8')
  const named = [...page.matchAll(/(?:src|href)="\/app\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, path]) => path ?? '')
  if (named.length === 0) throw new Error('index.html names no script: has the page changed?')
  const loaded = new Set(named)
  // a Set also walks over what is added while it is walked over
  for (const path of loaded) for (const imported of importsOf(path)) loaded.add(imported)
  const files = [...loaded]
  const sizes = files.map((path) => gzipSync(readFileSync(join(dist, path)), { level: 9 }).byteLength)
  const all = readdirSync(join(dist, 'assets')).filter((name) => /\.(?:js|css)$/.test(name))
  return { files, bytes: sizes.reduce((sum, size) => sum + size, 0), later: all.length - files.length }
}

/** The static imports of a chunk; `import(…)` is what is loaded later. */
function importsOf(path: string): string[] {
  if (!path.endsWith('.js')) return []
  const code = readFileSync(join(dist, path), 'utf8')
  return [...code.matchAll(/(?:\bfrom|\bimport)\s*["'`]\.\/([^"'`]+\.js)["'`]/g)].map(([, name]) => `assets/${name}`)
}
