import { spawnSync } from 'node:child_process'
import { type Stats, statSync } from 'node:fs'

/** The account that runs PostgreSQL when the hub runs as root; PostgreSQL refuses to run as root. */
export interface Owner {
  uid: number
  gid: number
}

/** An error when no account can run PostgreSQL. */
export class NoUnprivilegedUser extends Error {}

export const isRoot = (): boolean => process.getuid?.() === 0

/** Finds or makes an account named portico; else takes the machine's PostgreSQL account. */
export function findOwner(): Owner {
  const owner = accountNamed('portico') ?? makeAccount() ?? accountNamed('postgres') ?? accountNamed('_postgres')
  if (owner) return owner
  throw new NoUnprivilegedUser(
    'PostgreSQL does not run as root, and no account for it could be made. ' +
      'Create a system user named portico, start as an ordinary user, or set DATABASE_URL.',
  )
}

/** The owner of a file. */
export function ownerOf(file: string): Owner {
  const { uid, gid }: Stats = statSync(file)
  return { uid, gid }
}

/** Tries whether this account can enter the folder. */
export function canEnter(owner: Owner, directory: string): boolean {
  return (
    spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', directory], { ...owner, cwd: '/', stdio: 'ignore' }).status === 0
  )
}

function accountNamed(name: string): Owner | null {
  const id = (flag: string) => spawnSync('id', [flag, name], { encoding: 'utf8' })
  const [user, group] = [id('-u'), id('-g')]
  return user.status === 0 && group.status === 0 ? { uid: Number(user.stdout), gid: Number(group.stdout) } : null
}

function makeAccount(): Owner | null {
  const home = ['--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin']
  const { status } = spawnSync('useradd', ['--system', '--user-group', ...home, 'portico'], { stdio: 'ignore' })
  return status === 0 ? accountNamed('portico') : null
}
