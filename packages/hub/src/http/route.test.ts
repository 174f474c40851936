import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { Type } from 'typebox'
import type { App } from './route.ts'

const source = join(import.meta.dirname, '..')

/** Patterns that would repeat a schema by hand, or validate outside of it. */
const byHand = [
  /\brequest(?: as \w+\))?\.(?:body|params|query) as\b/,
  /\brequest as \w*Request\b/,
  /\bFastifyRequest</,
  /\{ (?:Params|Querystring|Body|Reply): /,
]

function linesByHand(text: string): string[] {
  return text.split('\n').filter((line) => byHand.some((pattern) => pattern.test(line)))
}

describe('routes', () => {
  it('take the types of params, query and body from their schemas alone', async () => {
    const files = await Array.fromAsync(glob('**/*.ts', { cwd: source }))
    const found = files
      .filter((file) => !file.endsWith('.test.ts'))
      .flatMap((file) => linesByHand(readFileSync(join(source, file), 'utf8')).map((line) => `${file}: ${line.trim()}`))
    assert.deepEqual(found, [])
  })

  it('are caught when they do not', () => {
    const bad = [
      'handler: async (request: FastifyRequest<{ Params: { team_id: string } }>) => {',
      'const query = request.query as ListQuery',
      "app.get<{ Querystring: Query }>('/events', handler)",
      'const { body } = request as CreateRequest',
    ]
    assert.deepEqual(linesByHand(bad.join('\n')), bad)
  })

  it('do not compile when a handler reads or returns a field that the schema lacks', () => {
    const check = (app: App) => {
      const schema = {
        params: Type.Object({ id: Type.String() }),
        response: { 200: Type.Object({ name: Type.String() }) },
      }
      app.route({ method: 'GET', url: '/', schema, handler: async ({ params }) => ({ name: params.id }) })
      // @ts-expect-error: there is no such param
      app.route({ method: 'GET', url: '/', schema, handler: async ({ params }) => ({ name: params.number }) })
      // @ts-expect-error: the answer has another name
      app.route({ method: 'GET', url: '/', schema, handler: async ({ params }) => ({ named: params.id }) })
      // @ts-expect-error: there is no such answer
      app.route({ method: 'GET', url: '/', schema, handler: async (_, reply) => reply.code(201).send() })
    }
    assert.equal(typeof check, 'function')
  })
})
