/** The HTML elements by their meaning for a body; a name in none of the lists is no element. */

const names = (list: string) => new Set(list.split(' '))

/** Shown as a block of its own, or part of one. */
export const blockElements = names(
  'address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form ' +
    'h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol optgroup option p pre search section summary table tbody td ' +
    'tfoot th thead tr ul',
)

/** Shown within a line. */
export const inlineElements = names(
  'a abbr acronym b bdi bdo big blink button cite code data del dfn em font i ins kbd label mark marquee nobr output q rb rp rt rtc ' +
    'ruby s samp select small span strike strong sub sup time tt u var',
)

/** Elements without an end tag. */
export const voidElements = names(
  'area base basefont bgsound br col command embed frame hr img input keygen link meta param source track wbr',
)

/** Elements whose content is not text: they are removed with it. */
export const mutedElements = names(
  'applet audio canvas colgroup datalist frameset iframe map math meter noembed noframes object picture progress script style svg ' +
    'template video',
)

/** Elements whose content is not parsed as markup, and is shown as it is. */
export const literalElements = names('listing plaintext textarea title xmp')

/** Elements whose end tag may be missing inside of these. */
export const openEnded: Record<string, ReadonlySet<string>> = {
  li: names('ul ol menu dir'),
  dd: names('dl'),
  dt: names('dl'),
  tr: names('table'),
  td: names('table'),
  th: names('table'),
  tbody: names('table'),
  thead: names('table'),
  tfoot: names('table'),
  option: names('select'),
}

/** Attributes that may stand without a value. */
export const bareAttributes = names(
  'allowfullscreen async autofocus autoplay border checked clear compact controls declare default defer disabled download hidden ' +
    'inert ismap itemscope loop multiple muted nohref noresize noshade novalidate nowrap open playsinline readonly required reversed ' +
    'selected',
)
