import { globSync, readFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'

/** Uses between folders as sentences, by the using folder and the used one. A file beside the folders counts as a folder. */
type Uses = Map<string, Map<string, string[]>>

const relativeImport = /^(?:import|export)\b[^'"]*?\bfrom '(\.[^']+)'|^import '(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm

/** The imports between the folders right below `root`, types included, tests left out. (dependency-cruiser does not read TypeScript 7.) */
export function importsBetweenFolders(root: string): Uses {
  const uses: Uses = new Map()
  for (const file of globSync('**/*.{ts,tsx}', { cwd: root }).filter((name) => !/\.test\.tsx?$/.test(name))) {
    for (const [, from, bare, dynamic] of readFileSync(join(root, file), 'utf8').matchAll(relativeImport)) {
      const target = join(dirname(file), from ?? bare ?? dynamic ?? '')
      if (folderOf(target) !== '..') add(uses, file, target, `${file} imports ${target}`)
    }
  }
  return uses
}

/** The calls between the folders right below `root` of their SQL functions. */
export function callsBetweenFolders(root: string): Uses {
  const uses: Uses = new Map()
  const files = globSync('*/*.sql', { cwd: root }).filter((file) => folderOf(file) !== 'db')
  const texts = files.map((file) => ({ file, text: readFileSync(join(root, file), 'utf8').replace(/--.*$/gm, '') }))
  const homes = texts.flatMap(({ file, text }) =>
    Array.from(text.matchAll(/create or replace function\s+(\w+)/g), ([, name = '']) => ({ name, home: file })),
  )
  for (const { file, text } of texts) {
    const called = new Set(Array.from(text.matchAll(/\b(\w+)\s*\(/g), ([, name]) => name))
    for (const { name, home } of homes) if (called.has(name)) add(uses, file, home, `${file} calls ${name} of ${home}`)
  }
  return uses
}

export function joined(...all: Uses[]): Uses {
  const uses: Uses = new Map()
  for (const [user, targets] of all.flatMap((graph) => [...graph])) {
    const ofUser = uses.get(user) ?? new Map<string, string[]>()
    for (const [used, how] of targets) ofUser.set(used, [...(ofUser.get(used) ?? []), ...how])
    uses.set(user, ofUser)
  }
  return uses
}

function add(uses: Uses, file: string, target: string, how: string): void {
  const [user, used] = [folderOf(file), folderOf(target)]
  if (user === used) return
  const ofUser = uses.get(user) ?? new Map<string, string[]>()
  ofUser.set(used, [...(ofUser.get(used) ?? []), how])
  uses.set(user, ofUser)
}

function folderOf(file: string): string {
  return file.split(sep)[0] ?? ''
}

/** The shortest cycle through each folder that is in one, with one use for each step. */
export function findCycles(uses: Uses): string[] {
  const cycles = new Map<string, string>()
  for (const start of uses.keys()) {
    const path = wayBack(uses, start)
    if (path) cycles.set([...path].sort().join(' '), describe(uses, path))
  }
  return [...cycles.values()]
}

function wayBack(uses: Uses, start: string): string[] | null {
  const cameFrom = new Map<string, string>()
  const queue = [start]
  for (const folder of queue) {
    for (const next of uses.get(folder)?.keys() ?? []) {
      if (next === start) return trace(cameFrom, start, folder)
      if (cameFrom.has(next)) continue
      cameFrom.set(next, folder)
      queue.push(next)
    }
  }
  return null
}

function trace(cameFrom: Map<string, string>, start: string, end: string): string[] {
  const path = [end]
  for (let at = end; at !== start; ) {
    at = cameFrom.get(at) ?? start
    path.unshift(at)
  }
  return path
}

function describe(uses: Uses, path: string[]): string {
  return path.map((folder, index) => uses.get(folder)?.get(path[(index + 1) % path.length] ?? '')?.[0]).join(', ')
}
