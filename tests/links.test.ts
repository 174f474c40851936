import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { describe, it } from 'node:test'

const checkout = join(import.meta.dirname, '..')
const found = async (...patterns: string[]) =>
  (await Array.fromAsync(glob(patterns, { cwd: checkout })))
    .filter((name) => !/node_modules|\/dist\//.test(name))
    .sort()
const textOf = (name: string) => readFileSync(join(checkout, name), 'utf8')
const pages = await found('*.md', 'docs/**/*.md', 'packages/*/*.md', 'channels/*/*.md', 'deploy/*.md')

/** Removes code blocks and backticked text, which are examples. */
const prose = (text: string) => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '`')

/** The anchor that GitHub gives a heading. */
function anchorsOf(text: string): string[] {
  const seen = new Map<string, number>()
  return Array.from(text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#{1,6} (.+)$/gm), ([, heading = '']) => {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const anchor = words.replace(/[^\p{L}\p{N}_\- ]/gu, '').replaceAll(' ', '-')
    const count = seen.get(anchor) ?? 0
    seen.set(anchor, count + 1)
    return count === 0 ? anchor : `${anchor}-${count}`
  })
}

function linksOf(text: string): string[] {
  const inline = text.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g)
  const defined = text.matchAll(/^\[[^\]]+\]:\s*(\S+)/gm)
  const html = text.matchAll(/(?:href|src)="([^"]+)"/g)
  return [...inline, ...defined, ...html].map(([, target = '']) => target)
}

/** The reason why a link in a page is broken, or null. */
function problemWith(page: string, target: string): string | null {
  if (/^(?:https?|mailto):/.test(target)) return null
  const [path = '', anchor] = target.split('#')
  if (path.startsWith('/')) return 'begins at the root of whatever site shows it'
  const file = path === '' ? page : relative(checkout, join(checkout, dirname(page), decodeURIComponent(path)))
  if (file.startsWith('..') || !existsSync(join(checkout, file))) return 'no such file'
  if (anchor === undefined) return null
  if (statSync(join(checkout, file)).isDirectory()) return 'an anchor in a folder'
  return anchorsOf(textOf(file)).includes(anchor) ? null : 'no such heading'
}

describe('the pages of the documentation', () => {
  it('link to files and headings that exist', () => {
    const dead = pages.flatMap((page) =>
      linksOf(prose(textOf(page))).flatMap((target) => {
        const problem = problemWith(page, target)
        return problem ? [`${page}: ${target}: ${problem}`] : []
      }),
    )
    assert.deepEqual(dead, [])
  })

  it('exist where the code names them', async () => {
    const sources = await found(
      '{packages,channels}/*/src/**/*.{ts,tsx,sql}',
      'scripts/*',
      'deploy/*',
      'bench/*.ts',
      'Dockerfile',
    )
    const dead = sources.flatMap((source) =>
      Array.from(textOf(source).matchAll(/\bdocs\/[\w/-]+\.md\b/g), ([name]) => name)
        .filter((name) => !existsSync(join(checkout, name)))
        .map((name) => `${source}: ${name}`),
    )
    assert.deepEqual(dead, [])
  })

  it('name files of the checkout that exist', () => {
    const roots = ['.', 'packages/hub/src', 'packages/inbox/src', 'packages/inbox', 'packages/hub', 'docs']
    const isThere = (name: string, page: string) =>
      [dirname(page), ...roots].some((root) => existsSync(join(checkout, root, name)))
    const named = /`((?:[\w.-]+\/)+[\w.-]+\.(?:ts|tsx|sql|md|mjs|service|json))`/g
    const dead = pages
      .filter((page) => page !== 'CHANGELOG.md')
      .flatMap((page) =>
        Array.from(textOf(page).matchAll(named), ([, name = '']) => name)
          .filter((name) => !isThere(name, page))
          .map((name) => `${page}: ${name}`),
      )
    assert.deepEqual(dead, [])
  })
})

/** By any other name, npm would fetch a package that a stranger has published. */
describe('a command that pages, product or scripts tell somebody to run', () => {
  it('has the name of our package', async () => {
    const sources = await found('{packages,channels}/*/src/**/*.{ts,tsx}', 'scripts/*', 'deploy/*', 'Dockerfile')
    const cli = await found('packages/cli/src/commands/*.ts')
    const commands = cli.flatMap((file) =>
      Array.from(textOf(file).matchAll(/\.command\('([\w-]+)/g), ([, name = '']) => name),
    )
    const groups = Array.from(
      textOf('packages/cli/src/main.ts').matchAll(/group\('([\w-]+)'/g),
      ([, name = '']) => name,
    )
    assert.ok(commands.includes('rotate-secret') && groups.includes('channel-type'))
    const warned = 'Never run `npx portico` where'
    const unscoped = new RegExp(
      `npx +(?!@portico/(?:cli|channel)\\b|node )\\S+|(?<![/\\w])portico +(?:${[...groups, ...commands].join('|')})\\b`,
      'g',
    )
    const mentioned = [...pages, ...sources.filter((name) => !name.includes('.test.'))].flatMap((name) =>
      Array.from(textOf(name).replace(warned, '').matchAll(unscoped), ([command]) => `${name}: ${command}`),
    )
    assert.deepEqual(mentioned, [])
  })
})
