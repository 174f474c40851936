import { createReadStream, mkdirSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Busboy } from '@fastify/busboy'

/** A bare server in a process of its own: it writes the files of a form to the disk, flushed, and pipes the last of them out. argv: a folder. */
const folder = join(process.argv[2] ?? '', 'bare')
mkdirSync(folder)
let written = 0

async function store(bytes: AsyncIterable<Buffer>): Promise<void> {
  const file = await open(join(folder, String(written++)), 'wx')
  for await (const chunk of bytes) await file.write(chunk)
  await file.sync()
  await file.close()
  const directory = await open(folder, 'r')
  await directory.sync()
  await directory.close()
}

function take(request: IncomingMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    const storing: Promise<void>[] = []
    const form = new Busboy({ headers: { ...request.headers, 'content-type': request.headers['content-type'] ?? '' } })
    form.on('file', (_field, bytes) => storing.push(store(bytes)))
    form.on('field', () => {})
    form.on('error', reject)
    form.on('finish', () => void Promise.all(storing).then(() => resolve(), reject))
    request.pipe(form)
  })
}

const server = createServer(async (request, response) => {
  if (request.method === 'GET') return createReadStream(join(folder, String(written - 1))).pipe(response)
  await take(request)
  return response.writeHead(202).end()
})
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
process.on('disconnect', () => process.exit())
