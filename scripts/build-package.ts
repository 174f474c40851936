import { execFileSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { renderWireTypes } from './wire-types.ts'

/**
 * Builds the published form of a package in `packages/<name>/dist`: JavaScript and types for Node 20 and every runtime with
 * fetch and WebCrypto. Publish with `npm publish ./packages/<name>/dist`. With --downloads, the tarballs that the hub serves.
 */
const root = fileURLToPath(new URL('..', import.meta.url))

interface Manifest {
  name: string
  version: string
  description: string
  license: string
  exports?: Record<string, string>
  bin?: Record<string, string>
  dependencies?: Record<string, string>
}

export function buildPackage(name: string): string {
  const folder = join(root, 'packages', name)
  const dist = join(folder, 'dist')
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  rmSync(dist, { recursive: true, force: true })
  // a command is for Node alone, and its types were checked with the hub's, whose library is newer
  if (manifest.bin) compile(['./src/main.ts', '--noCheck'], folder)
  else compile(Object.values(manifest.exports ?? {}), folder)
  if (name === 'protocol') writeFileSync(join(dist, 'wire.d.ts'), renderWireTypes())
  for (const types of globSync('**/*.d.ts', { cwd: dist })) renameImports(join(dist, types))
  writeManifest(dist, publishedManifest(manifest))
  cpSync(join(root, 'LICENSE'), join(dist, 'LICENSE'))
  cpSync(join(folder, 'README.md'), join(dist, 'README.md'))
  return dist
}

/**
 * Packs one tarball for `npm install URL`, with the package's dependencies inside. So neither of our names has to be on a
 * registry, where somebody else may own it.
 */
export function packDownload(name: string, target: string): string {
  const dist = buildPackage(name)
  const manifest = JSON.parse(readFileSync(join(dist, 'package.json'), 'utf8')) as Manifest
  const needed = Object.keys(manifest.dependencies ?? {})
  for (const dependency of needed) bundle(dependency, dist)
  writeManifest(dist, { ...manifest, bundleDependencies: needed })
  mkdirSync(target, { recursive: true })
  const pack = ['pack', dist, '--pack-destination', target, '--json', '--loglevel=error']
  const [packed] = JSON.parse(execFileSync('npm', pack, { cwd: root, encoding: 'utf8' })) as { filename: string }[]
  const tarball = join(target, `portico-${name}.tgz`)
  renameSync(join(target, packed?.filename ?? ''), tarball)
  return tarball
}

function bundle(dependency: string, dist: string): void {
  const ours = /^@portico\/(.+)$/.exec(dependency)?.[1]
  const source = ours ? buildPackage(ours) : join(root, 'node_modules', dependency)
  cpSync(source, join(dist, 'node_modules', dependency), { recursive: true, dereference: true })
}

function writeManifest(folder: string, manifest: object): void {
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
}

/** Preserves symlinks, so that another package of the workspace is a library: its types are read, and it is not compiled. */
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

/** Renames the imports in the types; the compiler renames only those in the JavaScript. */
function renameImports(types: string): void {
  writeFileSync(types, readFileSync(types, 'utf8').replaceAll(/(["'])(\.\/[^"']+)\.ts\1/g, '$1$2.js$1'))
}

/** TypeBox is a peer, and optional: only `@portico/protocol/schemas` needs it, and the SDK does not. */
function publishedManifest({ exports, bin, dependencies = {}, name, version, description, license }: Manifest) {
  // the commands that run a hub belong to a checkout; the package is for those who talk to one
  const { typebox, '@portico/hub': _hub, ...needed } = dependencies
  const peer = { peerDependencies: { typebox: `^${typebox}` }, peerDependenciesMeta: { typebox: { optional: true } } }
  return {
    ...{ name, version, description, license, type: 'module', sideEffects: false, engines: { node: '>=20' } },
    ...(exports && {
      exports: Object.fromEntries(Object.entries(exports).map(([path, source]) => [path, published(source)])),
    }),
    ...(bin && { bin: Object.fromEntries(Object.keys(bin).map((command) => [command, './main.js'])) }),
    dependencies: needed,
    ...(typebox && peer),
  }
}

function published(source: string) {
  const path = source.replace('./src/', './').replace(/\.ts$/, '')
  return { types: `${path}.d.ts`, default: `${path}.js` }
}

const downloads = join(root, 'packages/hub/dist')

if (import.meta.main) {
  const [first, ...others] = process.argv.slice(2)
  if (first === '--downloads') for (const name of ['channel', 'cli']) console.log(packDownload(name, downloads))
  else for (const name of first ? [first, ...others] : ['protocol', 'channel']) console.log(buildPackage(name))
}
