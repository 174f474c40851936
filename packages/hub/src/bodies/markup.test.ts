import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeHTML } from 'entities'
import fc from 'fast-check'
import { convert } from './convert.ts'

/** The visible text of a body without a declared format. */
function seen(body: string): string {
  const { forms } = convert(body)
  if (!forms) return body
  return forms.html === null ? forms.text : decodeHTML(forms.html.replace(/<[^<>]*>/g, ''))
}

const sentences = [
  'Our page shows no <title> tag, please mend it before 5 pm',
  'Our page shows no <title></title> tag',
  'if a <b and c> d then call me',
  'if a <b and c> d then </b> call me',
  '<john@x.org> wrote',
  'John <john@x.org>, Ann <ann@y.org>',
  'see <https://acme.example/?a=b&c=d> or <mailto:a@b.example>',
  'Vec<String>',
  'Map<String, List<b>> and Vec<i>',
  'a < b > c',
  '1<2 and 3>2',
  '</3 <3',
  'use <b> for bold',
  'use <b></b> for bold',
  'use <b>, <i> and <u>',
  'between <b> and </b> it is bold',
  'write "<b>" before and "</b>" after',
  'Please close the <div> with </div>',
  'Please remove the <br> from it',
  'Please remove the <br>.',
  '<br> makes a new line',
  '<p> is a paragraph',
  '<!doctype html> is missing',
  '<html> is where it begins',
  'we need an <img> here',
  'an <a href="x"> that never ends',
  'a <style> without end',
  '<script>alert(1)</script>',
  '<!-- a comment -->',
  '<',
  '<>',
  '<b',
  '</b>',
  '<b>',
  '<p></p>',
  'Tom &amp; Jerry &lt;b&gt;',
  '<order><id>17</id></order>',
  '<order><id>17</id><address>Main Street 5</address></order>',
  "<note><to>Tove</to><from>Jani</from><body>Don't forget</body></note>",
  'our feed: <item><title>Lamp</title><link>https://acme.example</link><summary>Bright</summary></item>',
  '<a1><b>2</b></a1>',
  'press <Enter> or <Ctrl>+<C>',
]

for (const sentence of sentences) {
  test(`it is text, shown whole: ${sentence}`, () => {
    assert.deepEqual(convert(sentence), { format: 'text', blurb: sentence })
  })
}

const bodies: [string, string][] = [
  ['<p>Where is <b>my</b> parcel?</p>', 'Where is my parcel?'],
  ['Order <b>17</b>', 'Order 17'],
  ['Hello<br>World', 'Hello\nWorld'],
  ['Hello,<br/> World', 'Hello,\nWorld'],
  ['<a href="https://acme.example">acme.example</a>', 'acme.example'],
  ['<html><head><title>Hi</title></head><body>Hello</body></html>', 'Hello'],
  ['<!DOCTYPE html><html><body><p>Hello</p></body></html>', 'Hello'],
  ['<P CLASS=x>Hello</P>', 'Hello'],
  ['<ul><li>a<li>b</ul>', '- a\n- b'],
  ['<p> Hello </p>', 'Hello'],
  ['<p>One<p>Two<b>!</b>', 'One\n\nTwo!'],
  ['<div><o:p></o:p>Hello<o:p/></div>', 'Hello'],
  ['<o:p><b>Hello</b></o:p>', 'Hello'],
  ['<head><title>x</title></head><p>Hello</p>', 'Hello'],
  ['<p>Dear <name>Ida</name></p>', 'Dear <name>Ida</name>'],
  ['<img alt="wave" src="https://acme.example/wave.png">', 'wave'],
  // text within HTML
  ['<p>Mail <john@x.org> or <https://x.org/?a=b></p>', 'Mail <john@x.org> or <https://x.org/?a=b>'],
  ['<p>Use <b> for bold</p>', 'Use <b> for bold'],
  ['<p>A Vec<String> is</p>', 'A Vec<String> is'],
  ['<p>no <title> here</p>', 'no <title> here'],
  ['<p>no <title></title> here</p>', 'no <title></title> here'],
  ['<b>hi</b> if <a href="foo then', 'hi if <a href="foo then'],
  ['<b>hi</b> <p', 'hi <p'],
  ['<p>a</p><!-- never ends', 'a\n\n<!-- never ends'],
  ['<p>a <style> b</p>', 'a <style> b'],
  ['<p>a <script> b</p>', 'a <script> b'],
  ['<p>x</p><textarea>a <b> c</textarea>', 'x\n\na <b> c'],
]

for (const [body, text] of bodies) {
  test(`it is HTML: ${body}`, () => {
    const { format, forms } = convert(body)
    assert.deepEqual([format, forms?.text], ['html', text])
  })
}

const names = [
  'b',
  'i',
  'p',
  'div',
  'title',
  'span',
  'String',
  'br',
  'hr',
  'a',
  'h1',
  'blockquote',
  'john@x.org',
  'u',
  'x-y',
  'pre',
]
const name = fc.constantFrom(...names)
const word = fc.stringMatching(/^[a-z]{1,3}[0-9]{2}$/).map((id) => `W${id}W`)
const piece = fc.oneof(
  { arbitrary: word, weight: 4 },
  { arbitrary: name.map((tag) => `<${tag}>`), weight: 3 },
  { arbitrary: name.map((tag) => `</${tag}>`), weight: 3 },
  { arbitrary: name.map((tag) => `<${tag} class="x">`), weight: 1 },
  { arbitrary: name.map((tag) => `<${tag} and c>`), weight: 1 },
  { arbitrary: fc.constantFrom(' ', '\n', ', ', '&', '&lt;', '&amp;', '"', "'"), weight: 4 },
  {
    arbitrary: fc.constantFrom(
      '<',
      '>',
      '</',
      '<!',
      '<!--',
      '<?',
      '<3',
      '/>',
      '<style>',
      '<script>',
      '<svg ',
      '<a href="',
      '<p x=',
    ),
    weight: 2,
  },
)
const body = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''))

const letters = (text: string) => text.replace(/[\s\u00a0>-]|\[[^\]]*\]/g, '')

test('text and HTML have the same content, with anything in angle brackets', () => {
  fc.assert(
    fc.property(body, (tag) => {
      const { forms } = convert(tag)
      if (forms) assert.equal(letters(forms.text), letters(seen(tag)))
    }),
    { numRuns: 3_000 },
  )
})

test('every word outside of a tag is in the text and the HTML, with anything in angle brackets', () => {
  fc.assert(
    fc.property(body, (tag) => {
      const { forms } = convert(tag)
      const outside = tag.replace(/<!--.*?-->/gs, '').replace(/<[^<>]*>/g, ' ')
      for (const [id] of outside.matchAll(/W[a-z]+[0-9]+W/g)) {
        assert.ok(seen(tag).includes(id), `shown: ${id} of ${tag}`)
        assert.ok((forms?.text ?? tag).includes(id), `text: ${id} of ${tag}`)
      }
    }),
    { numRuns: 3_000 },
  )
})

test('a sentence with unclosed tags is text', () => {
  const open = name.filter((tag) => tag !== 'br' && tag !== 'hr')
  const some = fc.oneof(
    word,
    open.map((tag) => `<${tag}>`),
    fc.constantFrom('<', '>', '<-', '=>', '<='),
  )
  fc.assert(
    fc.property(fc.array(some, { minLength: 1, maxLength: 20 }), (words) => {
      assert.equal(convert(words.join(' ')).format, 'text')
    }),
    { numRuns: 1_000 },
  )
})

test('text declared as HTML is HTML, also without a complete element', () => {
  assert.equal(convert('Tom &amp; Jerry', 'html').forms?.text, 'Tom & Jerry')
  assert.equal(convert('one<p>two', 'html').forms?.text, 'one\n\ntwo')
  assert.equal(convert('<b>one', 'html').forms?.html, '<b>one</b>')
  assert.equal(convert('<b>one</b>', 'text').format, 'text')
})
