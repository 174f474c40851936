import type { BodyFormat } from './convert.ts'
import { escapeHtml } from './escape.ts'

/** The body as HTML, for `body` of a Message. Plain text becomes paragraphs. */
export function bodyAsHtml(body: string, format: BodyFormat): string {
  if (format === 'html') return body
  return `<p>${escapeHtml(body)
    .replace(/\r\n?/g, '\n')
    .replace(/\n{2,}/g, '</p><p>')
    .replaceAll('\n', '<br>')}</p>`
}
