import { globSync, readFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'

/** Which file of a folder imports which of another: by the importing folder, by the imported one. */
type Imports = Map<string, Map<string, string[]>>

const relativeImport = /^(?:import|export)\b[^'"]*?\bfrom '(\.[^']+)'|^import '(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm

/**
 * The imports between the folders right below `root`, types included; files beside them are no folder, and tests are left
 * out. (dependency-cruiser does not read TypeScript 7.)
 */
export function importsBetweenFolders(root: string): Imports {
  const imports: Imports = new Map()
  for (const file of globSync('**/*.{ts,tsx}', { cwd: root }).filter((name) => !/\.test\.tsx?$/.test(name))) {
    for (const [, from, bare, dynamic] of readFileSync(join(root, file), 'utf8').matchAll(relativeImport)) {
      const target = join(dirname(file), from ?? bare ?? dynamic ?? '')
      const [importer, imported] = [folderOf(file), folderOf(target)]
      if (importer === null || imported === null || importer === imported || imported === '..') continue
      const ofImporter = imports.get(importer) ?? new Map<string, string[]>()
      ofImporter.set(imported, [...(ofImporter.get(imported) ?? []), `${file} imports ${target}`])
      imports.set(importer, ofImporter)
    }
  }
  return imports
}

function folderOf(file: string): string | null {
  const [folder, ...rest] = file.split(sep)
  return folder !== undefined && rest.length > 0 ? folder : null
}

/** A shortest way from a folder back to itself, for each folder that has one: the imports of each step. */
export function findCycles(imports: Imports): string[] {
  const cycles = new Map<string, string>()
  for (const start of imports.keys()) {
    const path = wayBack(imports, start)
    if (path) cycles.set([...path].sort().join(' '), describe(imports, path))
  }
  return [...cycles.values()]
}

function wayBack(imports: Imports, start: string): string[] | null {
  const cameFrom = new Map<string, string>()
  const queue = [start]
  for (const folder of queue) {
    for (const next of imports.get(folder)?.keys() ?? []) {
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

function describe(imports: Imports, path: string[]): string {
  return path.map((folder, index) => imports.get(folder)?.get(path[(index + 1) % path.length] ?? '')?.[0]).join(', ')
}
