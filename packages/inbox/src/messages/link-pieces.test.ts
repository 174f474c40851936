import assert from 'node:assert/strict'
import { test } from 'node:test'
import { piecesOf } from './link-pieces.ts'

const linksIn = (text: string) => piecesOf(text).flatMap(({ text, href }) => (href === undefined ? [] : [[text, href]]))
const same = (address: string) => [[address, address]]

const cases: [text: string, links: string[][]][] = [
  ['see https://acme.example/a?b=c&d=e#f.', same('https://acme.example/a?b=c&d=e#f')],
  ['is it http://acme.example/?', same('http://acme.example/')],
  ['(https://acme.example/a_(b))', same('https://acme.example/a_(b)')],
  [
    '<https://acme.example/a>, "https://acme.example/b"',
    [...same('https://acme.example/a'), ...same('https://acme.example/b')],
  ],
  ['https://acme.example/a…', same('https://acme.example/a')],
  ['HTTPS://ACME.EXAMPLE', same('HTTPS://ACME.EXAMPLE')],
  ['https://пример.рф/путь', same('https://пример.рф/путь')],
  ['http://localhost:3000/a', same('http://localhost:3000/a')],
  ['www.acme.com, please', [['www.acme.com', 'http://www.acme.com']]],
  ['track it: acme.com/track/17.', [['acme.com/track/17', 'http://acme.com/track/17']]],
  ['write to ann@acme.com!', [['ann@acme.com', 'mailto:ann@acme.com']]],
  ['javascript:alert(1) data:text/html,x vbscript:x file:///etc/passwd ftp://acme.example', []],
  ['main.rs, node.js v1.2.3, this.is and e.g. that', []],
  ['https://acme.example:secret@evil.example/', []],
  ['no address at all', []],
]

for (const [text, links] of cases) {
  test(`links are found in ${JSON.stringify(text)}`, () => {
    assert.deepEqual(linksIn(text), links)
    assert.equal(
      piecesOf(text)
        .map((piece) => piece.text)
        .join(''),
      text,
    )
  })
}
