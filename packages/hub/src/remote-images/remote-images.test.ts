import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { it } from 'node:test'
import { addressRules } from '../outbound-http/addresses.ts'
import { RemoteImages } from './remote-images.ts'

const png = Buffer.from('\x89PNG\r\n\x1a\n and more', 'latin1')
const allow = addressRules({ publicUrl: 'http://127.0.0.1:1', isExposed: false, allowInsecureChannels: true })

it('a company that fills the waiting places gives way to one that has fewer, and turns go to who has the fewest', async (t) => {
  const held: { path: string; response: ServerResponse }[] = []
  let isOpen = false
  const server = createServer((request, response) => {
    if (isOpen) return void response.end(png)
    held.push({ path: request.url ?? '', response })
    server.emit('held')
  }).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const images = new RemoteImages('secret', allow)
  const outcomes = new Map<string, string>()
  const ask = (companyId: number, name: string) =>
    images.read(companyId, `${origin}/${name}`).then(
      () => outcomes.set(name, 'read'),
      (error: Error) => outcomes.set(name, error.message),
    )
  const all: Promise<unknown>[] = []
  for (let n = 0; n < 206; n++) all.push(ask(1, `a${n}`))
  all.push(ask(1, 'a-too-much'))
  for (let n = 0; n < 9; n++) all.push(ask(2, `b${n}`))
  // six run of each, four connections each
  while (held.length < 8) await once(server, 'held')
  const refused = [...outcomes].map(([name]) => name).toSorted()
  assert.deepEqual(refused, ['a-too-much', 'a203', 'a204', 'a205'])
  // the third company's is begun before the two hundred that came first
  all.push(ask(3, 'c'))
  held[0]?.response.end(png)
  while (held.length < 10) await once(server, 'held')
  assert.ok(held.some(({ path }) => path === '/c'))
  isOpen = true
  for (const { response } of held) response.end(png)
  await Promise.all(all)
  assert.equal(outcomes.get('b8'), 'read')
})
