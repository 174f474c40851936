import sanitize from 'sanitize-html'

const simpleTags = [
  'p',
  'br',
  'b',
  'strong',
  'i',
  'em',
  'u',
  's',
  'del',
  'ins',
  'code',
  'pre',
  'blockquote',
  'ul',
  'ol',
  'li',
  'a',
  'span',
  'div',
  'hr',
  'sub',
  'sup',
  'kbd',
]

const simple: sanitize.IOptions = {
  allowedTags: simpleTags,
  allowedAttributes: { a: ['href', 'target', 'rel'] },
  allowedSchemes: ['http', 'https', 'mailto', 'tel'],
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
  nonTextTags: [
    'script',
    'style',
    'textarea',
    'option',
    'noscript',
    'template',
    'xmp',
    'iframe',
    'title',
    'svg',
    'math',
  ],
  nestingLimit: 100,
  transformTags: { a: sanitize.simpleTransform('a', { target: '_blank', rel: 'noopener noreferrer nofollow' }) },
}

const cssLength = /^-?\d{1,4}(?:\.\d+)?(?:px|em|rem|pt|%)?$/
const cssColor = /^(?:#[0-9a-f]{3,8}|rgba?\([\d\s,.%]+\)|[a-z]{3,20})$/i
const cssWord = /^[a-z0-9 ,'"-]{1,80}$/i

/** Layout of real mail: tables, colours, sizes. Positions, urls and everything that loads are gone. */
const rich: sanitize.IOptions = {
  ...simple,
  allowedTags: [
    ...simpleTags,
    'h1',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'table',
    'thead',
    'tbody',
    'tfoot',
    'tr',
    'td',
    'th',
    'caption',
    'colgroup',
    'col',
    'img',
    'font',
    'center',
    'small',
    'big',
    'dl',
    'dt',
    'dd',
    'q',
    'mark',
    'figure',
    'figcaption',
  ],
  allowedAttributes: {
    ...simple.allowedAttributes,
    '*': ['style', 'align', 'valign', 'bgcolor', 'color', 'width', 'height', 'dir', 'lang', 'title'],
    img: ['src', 'alt'],
    td: ['colspan', 'rowspan'],
    th: ['colspan', 'rowspan'],
    table: ['border', 'cellpadding', 'cellspacing'],
    font: ['size', 'face'],
  },
  allowedSchemesByTag: { img: ['data'] },
  allowedStyles: {
    '*': {
      color: [cssColor],
      'background-color': [cssColor],
      'font-size': [cssLength],
      'font-weight': [cssWord],
      'font-style': [cssWord],
      'font-family': [cssWord],
      'text-align': [cssWord],
      'text-decoration': [cssWord],
      'line-height': [cssLength],
      'vertical-align': [cssWord],
      padding: [/^[\d\spxemrt.%]{1,40}$/],
      margin: [/^[\d\spxemrt.%auto]{1,40}$/],
      width: [cssLength],
      height: [cssLength],
      'max-width': [cssLength],
      border: [cssWord],
    },
  },
}

/** How a browser shows an HTML body: in the page, or in a frame of its own with its own policy. */
export type Rendering = { kind: 'inline'; html: string } | { kind: 'frame' }

/**
 * Sanitised at render; what is stored is what came, so that a mended sanitiser heals old messages (S59). What comes
 * out as simple markup is shown in the page, anything richer in a sandboxed frame.
 */
export function renderHtml(body: string): Rendering {
  const html = sanitize(body, simple)
  return html === sanitize(body, rich) ? { kind: 'inline', html } : { kind: 'frame' }
}

/** The document inside the frame. */
export function frameDocument(body: string): string {
  const style =
    'body{margin:0;font:14px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}img{max-width:100%}table{max-width:100%}'
  return `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><base target="_blank"><style>${style}</style>${sanitize(body, rich)}`
}

/** Policy of the frame's response: it can load nothing, run nothing, and be framed by the app alone. */
export const framePolicy =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
