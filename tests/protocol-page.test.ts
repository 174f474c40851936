import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { sign, verifyChannelToken } from '@portico/protocol'
import * as schemas from '@portico/protocol/schemas'
import { Ajv, type AnySchema } from 'ajv'

const page = readFileSync(join(import.meta.dirname, '../docs/protocol.md'), 'utf8')
const secret = 'test-app-secret-000000000000000001'

/** The code blocks of the page, with their language. */
const blocks = [...page.matchAll(/^```(\w+)(?: (\w+))?\n([\s\S]*?)\n```$/gm)].map(
  ([, language = '', name, text = '']) => ({ language, name, text }),
)
const block = (language: string, name?: string) => {
  const found = blocks.find((block) => block.language === language && block.name === name)
  assert.ok(found, `${language} ${name}`)
  return found.text
}

describe('docs/protocol.md', () => {
  const examples = blocks.flatMap(({ name, text }) => (name === undefined ? [] : [{ name, text }]))
  for (const { name, text } of examples) {
    it(`has an example of ${name} that its schema takes`, () => {
      const check = new Ajv({ strict: false }).compile((schemas as Record<string, unknown>)[name] as AnySchema)
      assert.ok(check(JSON.parse(text)), JSON.stringify(check.errors))
    })
  }

  it('has an example of each request and response', () => {
    const named = new Set(examples.map(({ name }) => name))
    const isDescribed = (name: string) => /Request$|Answer$|Message$|Status$|Health$|Accepted|Envelope$/.test(name)
    const missing = Object.keys(schemas).filter((name) => isDescribed(name) && !named.has(name))
    // schemas without an example: a union of the others, a lenient variant, a request without an example, one that is not sent
    const others = [
      'ChannelRequest',
      'LenientMessageAnswer',
      'MessageImportedRequest',
      'MessageEditedRequest',
      'MessageAutoreplyRequest',
    ]
    assert.deepEqual(missing.sort(), others.sort())
  })

  it('has the signature of the request that it shows', () => {
    const shown = block('http')
    const header = (name: string) => new RegExp(`^${name}: (.+)$`, 'm').exec(shown)?.[1]
    const body = block('json', 'AuthorizationRequest')
    assert.equal(header('X-Front-Signature'), sign(secret, header('X-Front-Request-Timestamp') ?? '', body))
    assert.equal(Number(header('Content-Length')), Buffer.byteLength(body))
  })

  it('has a token that is valid, with the claims that it shows', () => {
    const verdict = verifyChannelToken(block('jwt'), {
      keys: [createSecretKey(secret, 'utf8')],
      issuers: ['app_0123456789abcdef'],
      now: 1_767_225_600_000,
    })
    assert.ok(verdict.ok)
    assert.deepEqual(verdict.claims, JSON.parse(block('json')))
  })

  it('lists each type of refusal', () => {
    for (const type of schemas.errorTypes) assert.match(page, new RegExp(`^\\| \`${type}\``, 'm'))
  })
})
