import type { Database } from '../db/database.ts'
import { convertBody } from './conversion.ts'
import { version } from './convert.ts'
import type { Readable } from './stored.ts'

/** The sanitised HTML of a message that a reader has just been given. */
export async function framedHtml(db: Pick<Database, 'query'>, companyId: number, message: Readable): Promise<string> {
  const [stored] = await db.query<{ html: string | null }>(
    'framed_html',
    'select html from html_forms where company_id = $1 and message_id = $2 and version = $3',
    [companyId, message.id, version],
  )
  if (stored) return stored.html ?? ''
  const { forms } = await convertBody({ companyId, body: message.body, declared: message.body_format })
  return forms?.html ?? ''
}

const style = `
  :root{color-scheme:light}
  :root[data-colours=none][data-scheme=dark]{color-scheme:dark}
  body{display:flow-root;margin:0;font:15px/1.45 system-ui,sans-serif;overflow-wrap:anywhere}
  :root[data-colours=own] body{padding:12px 16px}
  :root[data-colours=none] a{color:light-dark(#2b57c9,#8db0ff)}
  body>:first-child{margin-block-start:0}
  body>:last-child{margin-block-end:0}
  img{max-width:100%;height:auto}
  table{max-width:100%}
  blockquote{margin-inline:0;padding-inline-start:12px;border-inline-start:2px solid #8c887f}
  pre{white-space:pre-wrap}`

/**
 * The document inside the frame. One without colours of its own takes those of the page around it, which says in
 * `data-scheme` whether it is dark; one with colours stands on white, for which it was made. `data-remote-images` tells that page
 * what became of the images from elsewhere.
 */
export function frameDocument(html: string, remoteImages: string): string {
  const colours = ownColours.test(html) ? 'own' : 'none'
  return `<!doctype html><html data-colours="${colours}" data-remote-images="${remoteImages}"><meta charset="utf-8"><meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width"><base target="_blank"><style>${style}</style><body dir="auto">${html}`
}

/** Matches in sanitised HTML, whose attributes are all quoted. */
const ownColours = /<[^>]*(?:\s(?:bg)?color="|[\s";](?:background-)?color:)/

/** Policy of the frame's response: it can load nothing but images through this hub, run nothing, and be framed by the app alone. */
export const framePolicy =
  "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
