import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'

const files = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page.css': ['page.css', 'text/css; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8'],
  '/attached.js': ['attached.js', 'text/javascript; charset=utf-8'],
  '/composition.js': ['composition.js', 'text/javascript; charset=utf-8'],
  '/element.js': ['element.js', 'text/javascript; charset=utf-8'],
  '/reactions.js': ['reactions.js', 'text/javascript; charset=utf-8'],
  '/screen.js': ['screen.js', 'text/javascript; charset=utf-8'],
  '/typing.js': ['typing.js', 'text/javascript; charset=utf-8'],
  '/icon.svg': ['icon.svg', 'image/svg+xml'],
  '/clip.svg': ['clip.svg', 'image/svg+xml'],
} as const

const headers = {
  'cache-control': 'no-cache',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** The page, read once. */
export function pageFiles(): Record<string, (_: unknown, response: ServerResponse) => void> {
  return Object.fromEntries(
    Object.entries(files).map(([path, [name, type]]) => {
      const bytes = readFileSync(new URL(`../page/${name}`, import.meta.url))
      return [
        `GET ${path}`,
        (_, response) => void response.writeHead(200, { ...headers, 'content-type': type }).end(bytes),
      ]
    }),
  )
}
