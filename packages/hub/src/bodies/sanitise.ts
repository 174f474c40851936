import sanitize from 'sanitize-html'
import { isTooSmall, sourceOf } from './pictures.ts'

const simpleTags = 'p br b strong i em u s del ins code pre blockquote ul ol li a span div hr sub sup kbd'.split(' ')
const richTags =
  'h1 h2 h3 h4 h5 h6 table thead tbody tfoot tr td th caption colgroup col img font center small big dl dt dd q mark figure figcaption'.split(
    ' ',
  )
/** Blocks that are shown as plain ones, so that their words do not run together. */
const otherBlocks =
  'address article aside details dialog dir fieldset footer form header hgroup legend main menu nav option search section summary'

const nonTextTags = 'script style textarea noscript template xmp iframe title svg math'.split(' ')

type Transform = Exclude<NonNullable<sanitize.IOptions['transformTags']>[string], string>

const asDiv: Transform = (_name, attribs) => ({ tagName: 'div', attribs })

/** Where a picture is loaded from is decided when it is shown (pictures.ts); what nobody could see is only its words. */
const asPicture: Transform = (_name, { src = '', alt = '', ...attribs }) => {
  const source = isTooSmall(attribs) ? null : sourceOf(src)
  if (!source) return { tagName: 'span', attribs: allowedOf(attribs), text: alt }
  const { 'data-remote': _remote, 'data-cid': _cid, ...others } = attribs
  return { tagName: 'img', attribs: { ...others, ...source, alt } as sanitize.Attributes }
}

/** Whether its colours apply to the whole message: without them light text would be on white. */
const asPage: Transform = (name, { bgcolor, text, style }) => {
  const colours = [bgcolor && `background-color:${bgcolor}`, text && `color:${text}`, style].filter(Boolean).join(';')
  const attribs: sanitize.Attributes = colours ? { style: colours } : {}
  return { tagName: colours ? 'div' : name, attribs }
}

const asLink: Transform = (_name, attribs) => ({
  tagName: 'a',
  attribs: { ...attribs, target: '_blank', rel: 'noopener noreferrer nofollow' },
})

/** The size of a picture that is not shown, to know whether it was visible at all. */
const allowedOf = ({ hidden, style }: sanitize.Attributes): sanitize.Attributes =>
  isHidden({ hidden, style } as sanitize.Attributes) ? { hidden: '' } : {}

const hiding = /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)\b/i

/** Removes content that the sender's markup hides (the summary that mail programs show in their lists). */
function isHidden({ hidden, style }: sanitize.Attributes): boolean {
  return hidden !== undefined || (style !== undefined && hiding.test(style))
}

const simple: sanitize.IOptions = {
  allowedTags: simpleTags,
  // the numbers of a list are part of its text
  allowedAttributes: { a: ['href', 'target', 'rel'], ol: ['start', 'type', 'reversed'], li: ['value'] },
  allowedSchemes: ['http', 'https', 'mailto', 'tel'],
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
  nonTextTags,
}

const cssLength = /^-?\d{1,4}(?:\.\d+)?(?:px|em|rem|pt|%)?$/
const cssColor = /^(?:#[0-9a-f]{3,8}|rgba?\([\d\s,.%]{1,40}\)|[a-z]{3,20})$/i
const cssWord = /^[a-z0-9 ,'"-]{1,80}$/i

/** Layout of real mail: tables, colours, sizes. Positions, urls and everything that loads are gone. */
const rich: sanitize.IOptions = {
  ...simple,
  allowedTags: [...simpleTags, ...richTags],
  allowedAttributes: {
    ...simple.allowedAttributes,
    '*': ['style', 'align', 'valign', 'bgcolor', 'color', 'width', 'height', 'dir', 'lang', 'title'],
    img: ['src', 'alt', 'data-remote', 'data-cid'],
    td: ['colspan', 'rowspan'],
    th: ['colspan', 'rowspan'],
    table: ['border', 'cellpadding', 'cellspacing'],
    font: ['size', 'face'],
  },
  allowedSchemesByTag: { img: ['data'] },
  transformTags: {
    a: asLink,
    body: asPage,
    img: asPicture,
    ...Object.fromEntries(otherBlocks.split(' ').map((name) => [name, asDiv])),
  },
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

/** Sanitises a body: nothing in it runs, loads or leaves its frame. */
export function sanitised(html: string): string {
  const hidden = new WeakSet<sanitize.Attributes>()
  return sanitize(html, {
    ...rich,
    transformTags: { ...rich.transformTags, '*': (tagName, attribs) => note(hidden, tagName, attribs) },
    exclusiveFilter: ({ attribs }) => hidden.has(attribs),
  })
}

/** Attributes that are not allowed were removed before the filter runs. */
function note(hidden: WeakSet<sanitize.Attributes>, tagName: string, attribs: sanitize.Attributes) {
  const noted = attribs.style === undefined ? attribs : { ...attribs, style: withPlainBackground(attribs.style) }
  if (isHidden(noted)) hidden.add(noted)
  return { tagName, attribs: noted }
}

const background =
  /(^|;)\s*background\s*:\s*(#[0-9a-f]{3,8}|rgba?\([^)]{1,40}\)|(?!none\b|url\b)[a-z]{3,20})(?=[\s;]|$)[^;]*/gi

/** The colour of `background: #222 url(…) no-repeat`; the rest of it is not shown. */
const withPlainBackground = (style: string): string => style.replace(background, '$1background-color:$2')

/** Whether what was sanitised is plain enough to be shown within the page; the rest needs a frame of its own. */
export const isSimple = (sanitisedHtml: string): boolean => sanitize(sanitisedHtml, simple) === sanitisedHtml
