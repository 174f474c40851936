import assert from 'node:assert/strict'
import { test } from 'node:test'
import { convert } from './convert.ts'

/** Tests the text of HTML for channels, previews and searches. */
const cases: Record<string, [html: string, text: string]> = {
  'headings keep their capitals': ['<h1>Code aBc-9xY</h1><h2>Ok</h2>', 'Code aBc-9xY\n\nOk'],
  'heading cells keep theirs': ['<table><tr><th>Item No</th></tr></table>', 'Item No'],
  'an emoji that is a picture': ['<p>Hi <img alt="😀" src="https://x.example/e.png"> there</p>', 'Hi 😀 there'],
  'a picture says its words': ['<p><img alt="Our logo" src="https://x.example/l.png"></p>', 'Our logo'],
  'an embedded picture too': ['<p><img alt="Map" src="data:image/png;base64,AA=="></p>', 'Map'],
  'a picture without words is nothing': ['<p>a<img src="https://x.example/1.gif" width="1">b</p>', 'ab'],
  'lines that were typed between inline elements': ['Order <b>17</b>\nLamp: 2\nBulb: 3', 'Order 17\nLamp: 2\nBulb: 3'],
  'lines of Windows': ['Order <b>17</b>\r\nLamp: 2', 'Order 17\nLamp: 2'],
  'an empty line that was typed': ['<i>Hi</i>\n\nBye', 'Hi\n\nBye'],
  'lines of the source between blocks are none': ['<p>one\n two</p>\n\n<p>three</p>', 'one two\n\nthree'],
  'lines of the source beside a line break are none': ['one\ntwo<br>three', 'one two\nthree'],
  'a line break': ['<p>a<br>b</p>', 'a\nb'],
  'a line break at the end of a block breaks nothing': ['<div>a<br></div><div>b</div>', 'a\nb'],
  'an empty line of an editor': ['<div>a</div><div><br></div><div>b</div>', 'a\n\nb'],
  'blocks are lines': ['<div>a</div><div>b</div>', 'a\nb'],
  'sections are lines': ['<section>a</section><section>b</section>', 'a\nb'],
  'paragraphs stand apart': ['<p>a</p><p>b</p>', 'a\n\nb'],
  'inline elements stay together': ['<div><span>a</span><b>b</b></div>', 'ab'],
  'rows of a table': [
    '<table><tr><th>Item</th><th>Count</th></tr><tr><td>Lamp</td><td>2</td></tr></table>',
    'Item | Count\nLamp | 2',
  ],
  'cells with a paragraph each': ['<table><tr><td><p>Lamp</p></td><td><p>2</p></td></tr></table>', 'Lamp | 2'],
  'empty cells are left out': ['<table><tr><td>a</td><td>&nbsp;</td><td>b</td></tr></table>', 'a | b'],
  'a table for the layout': [
    '<table><tr><td><table><tr><td><p>Hello</p><p>Ann</p></td></tr></table></td></tr></table>',
    'Hello\n\nAnn',
  ],
  'unordered lists': ['<ul><li>a</li><li>b</li></ul>', '- a\n- b'],
  'ordered lists': ['<ol><li>a</li><li>b</li></ol>', ' 1. a\n 2. b'],
  'ordered lists that go on': ['<ol start="3"><li>c</li><li>d</li></ol>', ' 3. c\n 4. d'],
  'lettered lists': ['<ol type="a"><li>x</li><li>y</li></ol>', ' a. x\n b. y'],
  'nested lists': ['<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>', '- a\n  - b\n- c'],
  definitions: ['<dl><dt>Lamp</dt><dd>2 pieces</dd></dl>', 'Lamp\n2 pieces'],
  'a link with its address once': ['<a href="https://x.example/a">here</a>', 'here [https://x.example/a]'],
  'a link that says its address': ['<a href="https://x.example/a">https://x.example/a</a>', 'https://x.example/a'],
  'a link that nearly says its address': ['<a href="https://www.x.example/">x.example</a>', 'x.example'],
  'a mail address': ['<a href="mailto:a@x.example?subject=Hi">a@x.example</a>', 'a@x.example'],
  'a number to call': ['<a href="tel:+4420">+4420</a>', '+4420'],
  'a link within the page': ['<a href="#top">up</a>', 'up'],
  'a link to a script': ['<a href="javascript:alert(1)">x</a>', 'x'],
  'no-break spaces': ['<p>5&nbsp;pm&nbsp;&nbsp;sharp</p>', '5 pm  sharp'],
  entities: ['<p>Tom &amp; Jerry &lt;3 &euro;5 &#128512;</p>', 'Tom & Jerry <3 €5 😀'],
  'an entity of an entity': ['<p>&amp;lt;</p>', '&lt;'],
  'zero-width characters stay where they are': ['<p>nam\u200be \u200dx</p>', 'nam\u200be \u200dx'],
  'an emoji of several': ['<p>👩‍👩‍👧</p>', '👩‍👩‍👧'],
  'preformatted text': ['<pre>a\n  b\n\n\nc</pre>', 'a\n  b\n\n\nc'],
  'a quote': ['<blockquote>a</blockquote><p>b</p>', '> a\n\nb'],
  'a quote in a quote': ['<blockquote>a<blockquote>b</blockquote></blockquote>', '> a\n> \n> > b'],
  'short quotes': ['<p>She said <q>yes</q></p>', 'She said “yes”'],
  'a rule': ['<p>a</p><hr><p>b</p>', 'a\n\n---\n\nb'],
  'what is hidden': ['<div style="display: none">Preview</div><p>Hi</p>', 'Hi'],
  'what is marked as hidden': ['<p hidden>Preview</p><p>Hi</p>', 'Hi'],
  'what only some programs hide': ['<p>Hi</p><span style="color:red;mso-hide:all">x</span>', 'Hi'],
  'styles and scripts': ['<style>p{color:red}</style><script>x()</script><p>Hi</p>', 'Hi'],
  'comments of Outlook': ['<!--[if mso]><p>x</p><![endif]--><p>Hi</p>', 'Hi'],
  'capitals by style stay as they were written': ['<p style="text-transform:uppercase">aBc</p>', 'aBc'],
}

for (const [title, [html, text]] of Object.entries(cases)) {
  test(`HTML to text: ${title}`, () => {
    const { forms, format } = convert(html)
    assert.deepEqual([format, forms?.text], ['html', text])
  })
}
