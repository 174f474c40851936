import { execFileSync } from 'node:child_process'
import { copyFileSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Makes what is published of a package: `packages/<name>/dist`, JavaScript and types for Node 20 and every runtime with
 * fetch and WebCrypto. Publish with `npm publish ./packages/<name>/dist`.
 */
const root = fileURLToPath(new URL('..', import.meta.url))

interface Manifest {
  name: string
  version: string
  description: string
  license: string
  exports: Record<string, string>
  dependencies?: Record<string, string>
}

export function buildPackage(name: string): string {
  const folder = join(root, 'packages', name)
  const dist = join(folder, 'dist')
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  rmSync(dist, { recursive: true, force: true })
  compile(Object.values(manifest.exports), folder)
  for (const types of globSync('*.d.ts', { cwd: dist })) renameImports(join(dist, types))
  writeFileSync(join(dist, 'package.json'), `${JSON.stringify(publishedManifest(manifest), null, 2)}\n`)
  copyFileSync(join(root, 'LICENSE'), join(dist, 'LICENSE'))
  copyFileSync(join(folder, 'README.md'), join(dist, 'README.md'))
  return dist
}

/** With symlinks preserved, another package of the workspace is a library: its types are read and nothing of it is emitted. */
function compile(entries: string[], folder: string): void {
  const typescript = createRequire(import.meta.url).resolve('typescript/package.json')
  const options = [
    ...['--ignoreConfig', '--preserveSymlinks', '--rewriteRelativeImportExtensions', '--declaration', '--strict'],
    ...[
      '--noUncheckedIndexedAccess',
      '--verbatimModuleSyntax',
      '--skipLibCheck',
      '--rootDir',
      'src',
      '--outDir',
      'dist',
    ],
    ...['--target', 'es2022', '--lib', 'es2023,dom,dom.iterable', '--module', 'nodenext', '--types', 'node'],
  ]
  const compiler = join(typescript, '../bin/tsc')
  execFileSync(process.execPath, [compiler, ...options, ...entries], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}

/** The compiler renames imports in the JavaScript, and leaves those in the types to us. */
function renameImports(types: string): void {
  writeFileSync(types, readFileSync(types, 'utf8').replaceAll(/(["'])(\.\/[^"']+)\.ts\1/g, '$1$2.js$1'))
}

/** TypeBox is a peer, and optional: only `@portico/protocol/schemas` needs it, and the SDK does not. */
function publishedManifest({ exports, dependencies = {}, name, version, description, license }: Manifest) {
  const { typebox, ...needed } = dependencies
  const peer = { peerDependencies: { typebox: `^${typebox}` }, peerDependenciesMeta: { typebox: { optional: true } } }
  return {
    ...{ name, version, description, license, type: 'module', sideEffects: false, engines: { node: '>=20' } },
    exports: Object.fromEntries(Object.entries(exports).map(([path, source]) => [path, published(source)])),
    dependencies: needed,
    ...(typebox && peer),
  }
}

function published(source: string) {
  const path = source.replace('./src/', './').replace(/\.ts$/, '')
  return { types: `${path}.d.ts`, default: `${path}.js` }
}

if (import.meta.main) {
  const names = process.argv.slice(2)
  for (const name of names.length > 0 ? names : ['protocol', 'channel']) console.log(buildPackage(name))
}
