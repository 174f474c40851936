import type { Database } from '../db/database.ts'
import { convertBody } from './conversion.ts'
import { version } from './convert.ts'
import type { Readable } from './stored.ts'

/** The sanitised HTML of a message that a reader has just been given. */
export async function framedHtml(db: Pick<Database, 'query'>, companyId: number, message: Readable): Promise<string> {
  const [kept] = await db.query<{ html: string | null }>(
    'framed_html',
    'select html from html_forms where company_id = $1 and message_id = $2 and version = $3',
    [companyId, message.id, version],
  )
  if (kept) return kept.html ?? ''
  const { forms } = await convertBody({ companyId, body: message.body, declared: message.body_format })
  return forms?.html ?? ''
}

/** The document inside the frame. */
export function frameDocument(html: string): string {
  const style =
    'body{margin:0;font:14px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}img{max-width:100%}table{max-width:100%}'
  return `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><base target="_blank"><style>${style}</style>${html}`
}

/** Policy of the frame's response: it can load nothing, run nothing, and be framed by the app alone. */
export const framePolicy =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
