import { compile, type FormatCallback } from 'html-to-text'

type Node = Parameters<FormatCallback>[0] & { prev?: Node | null; next?: Node | null }

/**
 * The text of sanitised HTML for channels, previews and searches: letter case unchanged, a row of a table in one line (`Lamp |
 * 2`), pictures by their alternative text, a link's URL once.
 */
export function htmlAsText(html: string): string {
  const text = convert(html).replaceAll('\u00a0', ' ').trimEnd()
  return html.includes('<pre') ? text : text.replace(/\n{3,}/g, '\n\n')
}

const block = { leadingLineBreaks: 1, trailingLineBreaks: 1 }
const plainBlocks = 'caption center dd dl dt figcaption figure'.split(' ')
const headings = 'h1 h2 h3 h4 h5 h6'.split(' ')

const link: FormatCallback = (element, walk, builder) => {
  const href = element.attribs?.href ?? ''
  if (href === '' || href.startsWith('#') || isSaid(wordsOf(element), href)) walk(element.children, builder)
  else {
    walk(element.children, builder)
    builder.addInline(` [${href}]`, { noWordTransform: true })
  }
}

/**
 * Whether a link text names its target: `acme.example` for `https://www.acme.example/`, and an address or a number for its
 * `mailto:` or `tel:`.
 */
const isSaid = (words: string, href: string) => bare(words) === bare(href)

const bare = (address: string) =>
  address
    .trim()
    .toLowerCase()
    .replace(/^(?:https?:\/\/|mailto:|tel:)/, '')
    .replace(/^www\./, '')
    .replace(/\?.*$/, (query) => (address.trim().toLowerCase().startsWith('mailto:') ? '' : query))
    .replace(/\/$/, '')

const picture: FormatCallback = (element, _walk, builder) => {
  builder.addInline(element.attribs?.alt ?? '', { noWordTransform: true })
}

/** Whether a line break is at the end of its block, where it has no effect. */
const lineBreak: FormatCallback = (element, _walk, builder) => {
  if (sibling(element, 'next') || !sibling(element, 'prev')) builder.addLineBreak()
}

function sibling(element: Node, side: 'next' | 'prev'): Node | undefined {
  let near = element[side]
  while (near && near.type === 'text' && !near.data?.trim()) near = near[side]
  return near ?? undefined
}

const cell: FormatCallback = (element, walk, builder) => {
  const children = contentOf(element)
  if (children.some(isBlock)) {
    builder.openBlock(block)
    walk(children, builder)
    builder.closeBlock(block)
    return
  }
  if (wordsOf(element) === '') return
  if (hasLineBefore(element)) builder.addInline(' | ')
  walk(children, builder)
}

/** Within a cell, one block alone makes no line of its own. */
function contentOf(element: Node): Node[] {
  const children = element.children ?? []
  const [only, ...others] = children.filter((child: Node) => child.type !== 'text' || child.data?.trim())
  return only && others.length === 0 && /^(?:p|div|center|span)$/.test(only.name ?? '') ? contentOf(only) : children
}

const blocks = new Set(
  'address blockquote center div dl dd dt figure h1 h2 h3 h4 h5 h6 hr ol p pre table ul br'.split(' '),
)
const isBlock = (node: Node): boolean => blocks.has(node.name ?? '') || (node.children ?? []).some(isBlock)

/** Whether an earlier cell of the row stands in the same line. */
function hasLineBefore(element: Node): boolean {
  for (let before = element.prev; before; before = before.prev) {
    if (before.name !== 'td' && before.name !== 'th') continue
    if (contentOf(before).some(isBlock)) return false
    if (wordsOf(before) !== '') return true
  }
  return false
}

function wordsOf(node: Node): string {
  if (node.type === 'text') return node.data?.trim() ?? ''
  if (node.name === 'img') return node.attribs?.alt ?? ''
  return (node.children ?? []).map(wordsOf).join('')
}

const convert = compile({
  wordwrap: false,
  whitespaceCharacters: ' \t\r\n\f',
  limits: { maxInputLength: undefined },
  formatters: { link, picture, lineBreak, cell },
  selectors: [
    { selector: 'a', format: 'link' },
    { selector: 'img', format: 'picture' },
    { selector: 'br', format: 'lineBreak' },
    { selector: 'td', format: 'cell' },
    { selector: 'th', format: 'cell' },
    { selector: 'tr', format: 'block', options: block },
    { selector: 'ul', options: { itemPrefix: '- ', leadingLineBreaks: 1, trailingLineBreaks: 1 } },
    { selector: 'ol', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
    { selector: 'hr', options: { length: 3 } },
    { selector: 'q', format: 'inlineSurround', options: { prefix: '“', suffix: '”' } },
    ...headings.map((selector) => ({ selector, options: { uppercase: false } })),
    ...plainBlocks.map((selector) => ({ selector, format: 'block', options: block })),
  ],
})
