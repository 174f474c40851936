import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { findCycles, importsBetweenFolders } from './folders.ts'

const inbox = importsBetweenFolders(join(import.meta.dirname, '../packages/inbox/src'))
/** What knows no noun of the product. */
const foundations = ['ui', 'strings', 'api']

describe('the folders of the inbox', () => {
  it('have no cycle', () => {
    assert.deepEqual(findCycles(inbox), [])
  })

  it('stand in layers: nobody imports app, and what is below imports no noun', () => {
    const ofApp = [...inbox].flatMap(([, targets]) => targets.get('app') ?? [])
    const upward = foundations.flatMap((folder) =>
      [...(inbox.get(folder) ?? [])].flatMap(([target, files]) => (foundations.includes(target) ? [] : files)),
    )
    assert.deepEqual([...ofApp, ...upward], [])
  })
})

describe('the search for cycles', () => {
  it('finds one over three folders, made of types, of modules for their effect and of those loaded later', (t) => {
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

  it('finds none where two folders import a third, nor in tests', (t) => {
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
