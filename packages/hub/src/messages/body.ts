import { htmlToText } from 'html-to-text'

/** Bodies are kept as they came, with the format they are in. */
export type BodyFormat = 'html' | 'text'

const knownElement =
  /<\/?(?:a|abbr|article|b|blockquote|body|br|center|cite|code|dd|del|div|dl|dt|em|figure|font|footer|h[1-6]|head|header|hr|html|i|img|ins|kbd|li|main|mark|ol|p|pre|q|s|section|small|span|strike|strong|style|sub|sup|table|tbody|td|tfoot|th|thead|title|tr|tt|u|ul)(?=[\s/>])[^<]*>/i

/** A body with at least one known HTML element is HTML; anything else is plain text ("a < b", "<3", "<foo@bar.com>"). */
export function detectFormat(body: string): BodyFormat {
  return body.includes('<') && knownElement.test(body) ? 'html' : 'text'
}

/** The body as HTML, for `body` of a Message. Plain text becomes paragraphs. */
export function bodyAsHtml(body: string, format: BodyFormat): string {
  if (format === 'html') return body
  return body
    .replace(/\r\n?/g, '\n')
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${escapeHtml(paragraph).replaceAll('\n', '<br>')}</p>`)
    .join('')
}

/** The body as plain text, for `text` of a Message. */
export function bodyAsText(body: string, format: BodyFormat): string {
  if (format === 'text') return body
  return htmlToText(body, {
    wordwrap: false,
    limits: { maxInputLength: 1 << 21, maxDepth: 100 },
    selectors: [
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
      { selector: 'img', format: 'skip' },
    ],
  })
}

/** One line of at most 200 characters, never cut inside a surrogate pair. */
export function blurbOf(body: string, format: BodyFormat): string {
  const text = bodyAsText(format === 'html' ? body.slice(0, 20_000) : body.slice(0, 1_000), format)
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= 200 ? line : `${line.slice(0, 199).replace(/[\uD800-\uDBFF]$/, '')}…`
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
