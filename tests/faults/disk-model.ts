import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

/**
 * A simulated disk that loses what was never flushed, below one folder: disk-model.c watches the programs, this file decides
 * what a power cut leaves. Bytes are durable after the fsync of their file. Names that the hub makes are durable after the fsync of their
 * folder, as POSIX has it; those that PostgreSQL makes also after the fsync of their file, with the folders above it, which
 * ext4, XFS and btrfs give and PostgreSQL counts on. Of what was not flushed, each sector and each name survives or does not.
 */
export interface DiskModel {
  /** The environment variables that make a program watched. */
  environment: Record<string, string>
  /** Ends everything that would still reach the disk; so the watched programs can be killed one after the other. */
  switchOff(): void
  /** Whether the power has gone, as DISK_MODEL_CUT in a program's environment lets it go: see `cut_at` in disk-model.c. */
  isOff(): boolean
  /** Replaces the folder's content by what a power cut leaves. No watched program may run. */
  losePower(random: () => number): void
  remove(): void
}

/** The reason why the simulation cannot run here, or null. */
export function whyNoDiskModel(): string | null {
  if (process.platform !== 'linux') return 'it watches programs as Linux with glibc lets it'
  return spawnSync('cc', ['--version']).status === 0 ? null : 'there is no C compiler (cc)'
}

const SECTOR = 512
/** The place of `is_off` in the struct `shared` of disk-model.c. */
const OFF_AT = 8

/** @param ownFolders the folders in which the hub itself makes names, as paths below `root` */
export function makeDiskModel(root: string, state: string, ownFolders: string[]): DiskModel {
  mkdirSync(state, { recursive: true })
  const library = join(state, 'disk-model.so')
  const source = join(import.meta.dirname, 'disk-model.c')
  const built = spawnSync('cc', ['-O2', '-shared', '-fPIC', '-o', library, source, '-ldl', '-lpthread'])
  if (built.status !== 0) throw new Error(`disk-model.c: ${built.stderr}`)
  chmodSync(state, 0o755)
  const begin = () => watchFrom(root, state)
  begin()
  return {
    environment: { LD_PRELOAD: library, DISK_MODEL_STATE: state },
    switchOff: () => {
      const file = openSync(join(state, 'shared'), 'r+')
      writeSync(file, Uint8Array.of(1), 0, 1, OFF_AT)
      closeSync(file)
    },
    isOff: () => readFileSync(join(state, 'shared'))[OFF_AT] === 1,
    losePower(random) {
      const left = whatIsLeft(root, state, ownFolders, random)
      for (const name of readdirSync(root)) rmSync(join(root, name), { recursive: true })
      for (const { path, kind, bytes, stats } of left) {
        if (kind === 'd') mkdirSync(path)
        else writeFileSync(path, bytes)
        chownSync(path, stats.uid, stats.gid)
        chmodSync(path, stats.mode & 0o7777)
      }
      begin()
    },
    remove: () => rmSync(state, { recursive: true, force: true }),
  }
}

/** Marks everything that is there now as durable. */
function watchFrom(root: string, state: string): void {
  for (const name of ['bits', 'durable']) {
    rmSync(join(state, name), { recursive: true, force: true })
    mkdirSync(join(state, name))
    chmodSync(join(state, name), 0o777)
  }
  const { dev, ino } = statSync(root)
  const known = [`${ino} 1`]
  const names = ['']
  for (const { path, stats } of walk(root)) {
    known.push(`${stats.ino} 1`)
    const folder = statSync(join(path, '..')).ino
    names.push(
      `base ${folder}.1 ${stats.ino}.1 ${stats.isDirectory() ? 'd' : 'f'} ${path.slice(path.lastIndexOf('/') + 1)}`,
    )
    if (stats.isFile()) writeFileSync(join(state, 'durable', `${stats.ino}.1`), readFileSync(path))
  }
  writeFileSync(join(state, 'inodes'), `${dev}\n${known.join('\n')}\n`)
  writeFileSync(join(state, 'shared'), '')
  writeFileSync(join(state, 'journal'), names.length > 1 ? `${names.slice(1).join('\n')}\n` : '')
  for (const name of ['shared', 'journal', 'inodes']) chmodSync(join(state, name), 0o666)
  for (const name of readdirSync(join(state, 'durable'))) chmodSync(join(state, 'durable', name), 0o666)
}

interface Found {
  path: string
  stats: Stats
}

function walk(directory: string): Found[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name)
    const stats = statSync(path)
    return [{ path, stats }, ...(stats.isDirectory() ? walk(path) : [])]
  })
}

interface Change {
  /** The key of a name: `<inode>.<generation>` of its folder, a slash, the name. */
  place: string
  id: string | null
}

interface Step {
  changes: Change[]
  id: string | null
  folders: string[]
  isDurable: boolean
}

interface Left {
  path: string
  kind: 'd' | 'f'
  bytes: Buffer
  stats: Pick<Stats, 'uid' | 'gid' | 'mode'>
}

function whatIsLeft(root: string, state: string, ownFolders: string[], random: () => number): Left[] {
  const journal = readFileSync(join(state, 'journal'), 'utf8').split('\n').filter(Boolean)
  const { steps, kinds } = readJournal(journal, `${statSync(root).ino}.1`, ownFolders)
  const places = new Map<string, string>()
  for (const step of steps) {
    if (!step.isDurable && random() < 0.5) continue
    for (const { place, id } of step.changes) {
      if (id === null) places.delete(place)
      else places.set(place, id)
    }
  }
  const live = new Map(walk(root).map((found) => [found.stats.ino, found]))
  const children = Map.groupBy(places, ([place]) => place.slice(0, place.indexOf('/')))
  const below = (folder: string, path: string, owner: Pick<Stats, 'uid' | 'gid'>): Left[] =>
    (children.get(folder) ?? []).flatMap(([place, id]) => {
      const at = join(path, place.slice(place.indexOf('/') + 1))
      const kind = kinds.get(id) ?? 'f'
      const found = live.get(Number(id.split('.')[0]))
      const stats = found?.stats ?? { ...owner, mode: kind === 'd' ? 0o700 : 0o600 }
      const bytes = kind === 'd' ? Buffer.alloc(0) : bytesLeft(state, id, found, random)
      return [{ path: at, kind, bytes, stats }, ...(kind === 'd' ? below(id, at, stats) : [])]
    })
  return below(`${statSync(root).ino}.1`, root, statSync(root))
}

function bytesLeft(state: string, id: string, live: Found | undefined, random: () => number): Buffer {
  const durable = join(state, 'durable', id)
  const bytes = existsSync(durable) ? readFileSync(durable) : Buffer.alloc(0)
  const bitmap = join(state, 'bits', id)
  if (!live || !existsSync(bitmap)) return bytes
  const written = readFileSync(bitmap)
  const now = readFileSync(live.path)
  for (let byte = 0; byte * 8 * SECTOR < bytes.length; byte++) {
    if (!written[byte]) continue
    for (let bit = 0; bit < 8; bit++) {
      const at = (byte * 8 + bit) * SECTOR
      if (((written[byte] ?? 0) & (1 << bit)) === 0 || random() < 0.5) continue
      now.copy(bytes, at, at, Math.min(at + SECTOR, now.length, bytes.length))
    }
  }
  return bytes
}

/** The operations on names, in order, and whether a flush made each durable. */
function readJournal(journal: string[], rootId: string, ownFolders: string[]) {
  const steps: Step[] = []
  const kinds = new Map<string, 'd' | 'f'>()
  const folderOf = new Map<string, string>()
  const byFolder = new Map<string, Step[]>()
  const byId = new Map<string, Step[]>()
  const own = new Set([rootId])
  const paths = new Map([[rootId, '']])
  const put = (map: Map<string, Step[]>, key: string, step: Step) => map.set(key, [...(map.get(key) ?? []), step])
  const add = (step: Step) => {
    steps.push(step)
    for (const folder of step.folders) put(byFolder, folder, step)
    if (step.id) put(byId, step.id, step)
  }
  const settle = (map: Map<string, Step[]>, key: string, isTheirs: (step: Step) => boolean) => {
    const open = map.get(key) ?? []
    for (const step of open) if (isTheirs(step)) step.isDurable = true
    map.set(
      key,
      open.filter(({ isDurable }) => !isDurable),
    )
  }
  const born = (id: string, kind: 'd' | 'f', folder: string, name: string) => {
    kinds.set(id, kind)
    folderOf.set(id, folder)
    const path = join(paths.get(folder) ?? '?', name)
    if (kind !== 'd') return
    paths.set(id, path)
    if (ownFolders.includes(path)) own.add(id)
  }
  const isForeign = ({ folders }: Step) => !folders.some((folder) => own.has(folder))
  for (const line of journal) {
    const [verb, first = '', second = '', ...rest] = line.split(' ')
    if (verb === 'flush') {
      if (kinds.get(first) === 'd' || first === rootId) settle(byFolder, first, () => true)
      for (let id: string | undefined = first; id && kinds.get(first) !== 'd'; id = folderOf.get(id)) {
        settle(byId, id, isForeign)
      }
    } else if (verb === 'move') {
      const [id = '', kind = 'f', ...words] = rest
      const [from = '', to = ''] = words.join(' ').split('/')
      born(id, kind as 'd' | 'f', second, to)
      const changes = [
        { place: `${first}/${from}`, id: null },
        { place: `${second}/${to}`, id },
      ]
      add({ changes, id, folders: [first, second], isDurable: false })
    } else {
      const [kind = 'f', ...words] = rest
      const name = words.join(' ')
      const id = second.startsWith('0.') ? null : second
      if (id) born(id, kind as 'd' | 'f', first, name)
      add({ changes: [{ place: `${first}/${name}`, id }], id, folders: [first], isDurable: verb === 'base' })
    }
  }
  return { steps, kinds }
}
