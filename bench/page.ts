import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Row, round } from './report.ts'

const checkout = join(import.meta.dirname, '..')
const dist = join(checkout, 'packages/inbox/dist')
const kilobytes = (bytes: number) => round(bytes / 1000)

/** What a browser fetches before the inbox stands: the scripts and styles that index.html names, and what they import. */
export async function* run(): AsyncGenerator<Row> {
  const first = firstLoad()
  const sizes = first.map((path) => gzipSync(readFileSync(join(dist, path)), { level: 9 }).byteLength)
  const all = readdirSync(join(dist, 'assets')).filter((name) => /\.(?:js|css)$/.test(name))
  yield {
    name: 'page',
    variant: 'first load',
    value: kilobytes(sizes.reduce((sum, size) => sum + size, 0)),
    unit: 'kB',
    note: `gzip -9 of ${first.length} files (JS and CSS) that index.html loads; ${all.length - first.length} more are loaded when they are used; at most 200`,
  }
}

function firstLoad(): string[] {
  const page = readFileSync(join(dist, 'index.html'), 'utf8')
  const named = [...page.matchAll(/(?:src|href)="\/app\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, path]) => path ?? '')
  const loaded = new Set(named)
  // a Set also walks over what is added while it is walked over
  for (const path of loaded) for (const imported of importsOf(path)) loaded.add(imported)
  if (named.length === 0) throw new Error('index.html names no script: has the page changed?')
  return [...loaded]
}

/** The static imports of a chunk; `import(…)` is what is loaded later. */
function importsOf(path: string): string[] {
  if (!path.endsWith('.js')) return []
  const code = readFileSync(join(dist, path), 'utf8')
  return [...code.matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([^"']+\.js)["']/g)].map(([, name]) => `assets/${name}`)
}
