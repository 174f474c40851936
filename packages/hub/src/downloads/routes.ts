import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ApiError } from '../http/api-error.ts'
import type { App } from '../http/route.ts'

const packed = join(import.meta.dirname, '../../dist')

/** The SDK and the command of this version, for `npm install URL`: each tarball holds what it depends on. */
export function downloadRoutes(app: App): void {
  for (const name of ['portico-channel.tgz', 'portico-cli.tgz']) {
    app.get(`/downloads/${name}`, { config: { access: 'public' }, schema: { hide: true } }, async (_request, reply) => {
      const tarball = await readFile(join(packed, name)).catch(() => null)
      if (!tarball) throw new ApiError('not_found', `${name} has not been packed. Start the hub with npm start.`)
      return reply.header('cache-control', 'no-cache').type('application/gzip').send(tarball)
    })
  }
}
