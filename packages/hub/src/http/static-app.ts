import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { setPageHeaders } from './page-headers.ts'
import type { App } from './route.ts'

/** A plain schema instead of a Type.Object: TypeBox reads the names of its properties as regular expressions when it converts. */
const Below = Type.Unsafe<{ '*'?: string }>({ type: 'object' })
const immutable = 'public, max-age=31536000, immutable'

/**
 * The web app at /app, as Vite built it: hashed files for ever, index.html for every other address below (the app has
 * its own router). The build leaves .br and .gz beside the files; they are what is sent.
 */
export function serveApp(app: App, directory: string): void {
  app.get('/', { config: { access: 'public' }, schema: { hide: true } }, (_request, reply) => reply.redirect('/app'))
  app.get('/favicon.ico', { config: { access: 'public' }, schema: { hide: true } }, (_request, reply) =>
    reply.redirect('/app/favicon.svg'),
  )
  app.register(fastifyStatic, {
    root: join(directory, 'assets'),
    prefix: '/app/assets/',
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply) => reply.header('cache-control', immutable),
  })
  for (const url of ['/app', '/app/*']) {
    app.get(url, { schema: { hide: true, params: Below } }, (request, reply) =>
      sendPage(reply, directory, request.params['*'] ?? ''),
    )
  }
}

async function sendPage(reply: FastifyReply, directory: string, path: string): Promise<FastifyReply> {
  if (/^[\w-]+\.(?:svg|png|ico|webmanifest|txt)$/.test(path) && (await exists(join(directory, path)))) {
    setPageHeaders(reply)
    return reply.header('cache-control', 'public, max-age=3600').sendFile(path, directory)
  }
  const page = await readFile(join(directory, 'index.html'), 'utf8').catch(() => notBuilt)
  setPageHeaders(reply)
  return reply
    .code(page === notBuilt ? 503 : 200)
    .header('cache-control', 'no-cache')
    .type('text/html; charset=utf-8')
    .send(page)
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

const notBuilt = `<!doctype html><html lang="en"><title>Portico</title>
<p>The web app has not been built yet. Run <code>npm run build</code>, or start the hub with <code>npm start</code>.</p></html>`
