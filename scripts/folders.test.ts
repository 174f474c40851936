import assert from 'node:assert/strict'
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { callsBetweenFolders, findCycles, importsBetweenFolders, joined } from './folders.ts'

const checkout = join(import.meta.dirname, '..')
const sources = globSync(['packages/*/src', 'channels/*/src', 'bench', 'tests'], { cwd: checkout })
const hubSource = join(checkout, 'packages/hub/src')
const hub = joined(importsBetweenFolders(hubSource), callsBetweenFolders(hubSource))
const inbox = importsBetweenFolders(join(checkout, 'packages/inbox/src'))
/** Folders that import no feature. */
const foundations = ['ui', 'strings', 'api']
/** Folders between the features and the app. */
const seams = ['manifest', 'actions', 'views', 'timeline', 'details', 'session', 'stream', 'outbox', 'badges']

describe('the folders of a package', () => {
  for (const source of sources) {
    it(`have no cycle: ${source}`, () => {
      assert.deepEqual(findCycles(importsBetweenFolders(join(checkout, source))), [])
    })
  }
})

describe('the folders of the hub', () => {
  it('have no cycle of imports and calls of SQL functions', () => {
    assert.deepEqual(findCycles(hub), [])
  })

  it('are all in the table of layers in ARCHITECTURE.md, and use only earlier ones', () => {
    const order = layersOf(readFileSync(join(checkout, 'ARCHITECTURE.md'), 'utf8'))
    const folders = globSync('*', { cwd: hubSource }).filter((name) => !name.endsWith('.test.ts'))
    assert.deepEqual([...order].sort(), folders.sort())
    const upward = [...hub].flatMap(([folder, targets]) =>
      [...targets].flatMap(([used, how]) => (order.indexOf(used) < order.indexOf(folder) ? [] : how)),
    )
    assert.deepEqual(upward, [])
  })
})

/** The names in backticks in the rows of the section, in their order. */
function layersOf(page: string): string[] {
  const [, section = ''] = page.split('## The layers of the hub\n')
  const rows = section.split('\n## ')[0]?.match(/^\| .*$/gm) ?? []
  return rows.flatMap((row) => Array.from(row.matchAll(/`([\w.-]+?)\/?`/g), ([, name = '']) => name))
}

describe('the folders of the inbox', () => {
  it('are in layers: nothing imports app, and ui, strings and api import no feature', () => {
    const ofApp = [...inbox].flatMap(([importer, targets]) =>
      importer === 'main.tsx' ? [] : (targets.get('app') ?? []),
    )
    const upward = foundations.flatMap((folder) =>
      [...(inbox.get(folder) ?? [])].flatMap(([target, files]) => (foundations.includes(target) ? [] : files)),
    )
    assert.deepEqual([...ofApp, ...upward], [])
  })

  it('are imported by the app in its list of manifests alone', () => {
    const known = [...foundations, ...seams]
    const others = [...(inbox.get('app') ?? [])].flatMap(([target, files]) => (known.includes(target) ? [] : files))
    assert.deepEqual(
      others.filter((use) => !use.startsWith('app/manifests.ts imports')),
      [],
    )
  })
})

describe('the search for cycles', () => {
  it('finds a cycle over three folders, of a type import, an import for its effect and a dynamic import', (t) => {
    const root = folderWith(t, {
      'a/one.ts': "import type { Two } from '../b/two.ts'",
      'b/two.ts': "import '../c/three.ts'",
      'c/three.ts': "const load = () => import('../a/one.ts')",
      'd/four.ts': "import {\n  one,\n} from '../a/one.ts'",
      'main.ts': "import './d/four.ts'",
    })
    assert.deepEqual(findCycles(importsBetweenFolders(root)), [
      'a/one.ts imports b/two.ts, b/two.ts imports c/three.ts, c/three.ts imports a/one.ts',
    ])
  })

  it('finds a cycle through a file outside of the folders', (t) => {
    const root = folderWith(t, { 'a/one.ts': "import '../settings.ts'", 'settings.ts': "import './a/two.ts'" })
    assert.deepEqual(findCycles(importsBetweenFolders(root)), [
      'a/one.ts imports settings.ts, settings.ts imports a/two.ts',
    ])
  })

  it('finds a cycle of calls in SQL and imports', (t) => {
    const root = folderWith(t, {
      'a/one.sql': 'create or replace function one() returns int language sql as $$ select two() $$',
      'b/two.sql': 'create or replace function two() returns int language sql as $$ select 1 -- one()\n $$',
      'b/two.ts': "import '../a/one.ts'",
    })
    assert.deepEqual(findCycles(callsBetweenFolders(root)), [])
    assert.deepEqual(findCycles(joined(importsBetweenFolders(root), callsBetweenFolders(root))), [
      'a/one.sql calls two of b/two.sql, b/two.ts imports a/one.ts',
    ])
  })

  it('finds no cycle where two folders import a third, nor in tests', (t) => {
    const root = folderWith(t, {
      'a/one.ts': "export { three } from '../c/three.ts'",
      'b/two.ts': "export { three } from '../c/three.ts'",
      'c/three.test.ts': "import '../a/one.ts'",
    })
    assert.deepEqual(findCycles(importsBetweenFolders(root)), [])
  })
})

function folderWith(t: TestContext, files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'portico-folders-'))
  t.after(() => rmSync(root, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  return root
}
