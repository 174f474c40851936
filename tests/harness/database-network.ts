import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { type Database, openDatabase } from '@portico/hub/database'
import type { TestDatabase } from './database.ts'

interface Target {
  host: string
  port: number
  user: string
  database: string
}

/** The network between a hub and its database: it can fall silent, as when a cable is pulled, and come back. */
export class DatabaseNetwork {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #target: Target
  #isSilent = false

  private constructor(db: TestDatabase) {
    this.#target = db.pool.options as unknown as Target
    this.#server = createServer((near) => this.#join(near))
  }

  static async to(db: TestDatabase): Promise<DatabaseNetwork> {
    const network = new DatabaseNetwork(db)
    network.#server.listen(0, '127.0.0.1')
    await once(network.#server, 'listening')
    return network
  }

  open(): Database {
    const { user, database } = this.#target
    return openDatabase({ connection: { host: '127.0.0.1', port: this.port, user, database } })
  }

  get port(): number {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    return address.port
  }

  /** Nothing passes in either direction, and nobody is told. */
  silence(): void {
    this.#isSilent = true
    for (const socket of this.#sockets) socket.pause()
  }

  resume(): void {
    this.#isSilent = false
    for (const socket of this.#sockets) socket.resume()
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #join(near: Socket): void {
    const { host, port } = this.#target
    const far = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host)
    this.#pass(near, far)
    this.#pass(far, near)
  }

  #pass(from: Socket, to: Socket): void {
    this.#sockets.add(from)
    from.on('data', (chunk) => to.write(chunk))
    from.on('error', () => {})
    from.on('close', () => {
      this.#sockets.delete(from)
      to.destroy()
    })
    if (this.#isSilent) from.pause()
  }
}
