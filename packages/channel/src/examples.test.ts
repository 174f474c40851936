import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8')

test('every export of the SDK has an example in its doc comment', () => {
  const exported = [...read('index.ts').matchAll(/^export (?:type )?\{([^}]+)\}/gm)]
    .flatMap(([, names = '']) => names.split(','))
    .map((name) => name.replace('type ', '').trim())
    .filter(Boolean)
  const sources = globSync('*.ts', { cwd: import.meta.dirname })
    .map(read)
    .join('\n')
  const undocumented = [...exported, 'nodeListener', 'expressHandler'].filter((name) => {
    const declared = new RegExp(
      `((?:/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/)?)\\s*export (?:class|function|interface|type) ${name}\\b`,
    )
    return !declared.exec(sources)?.[1]?.includes('@example')
  })
  assert.ok(exported.length > 10)
  assert.deepEqual(undocumented, ['ChannelCalls', 'ConnectedChannel'], 'whose methods have one each')
})
