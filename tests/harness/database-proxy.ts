import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'

/** A proxy between a hub and its database that can fall silent: connections stay open and nothing arrives. */
export interface DatabaseProxy {
  port: number
  silence(): void
  /** Passes on what was sent during the silence. */
  resume(): void
  /** Ends the silence and cuts its connections: what was sent during the silence is lost. */
  cutAndResume(): void
  stop(): Promise<void>
}

export async function startDatabaseProxy({ host, port }: { host: string; port: number }): Promise<DatabaseProxy> {
  const sockets = new Set<Socket>()
  let isSilent = false
  const pass = (from: Socket, to: Socket) => {
    sockets.add(from)
    from.on('data', (bytes) => to.write(bytes))
    if (isSilent) from.pause()
    from.on('error', () => {})
    from.on('close', () => {
      sockets.delete(from)
      to.destroy()
    })
  }
  const server = createServer((near) => {
    const far = connect(host.startsWith('/') ? { path: join(host, `.s.PGSQL.${port}`) } : { host, port })
    pass(near, far)
    pass(far, near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    silence: () => {
      isSilent = true
      for (const socket of sockets) socket.pause()
    },
    resume: () => {
      isSilent = false
      for (const socket of sockets) socket.resume()
    },
    cutAndResume: () => {
      cut()
      isSilent = false
    },
    async stop() {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
