import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type AddressRules, addressRules, isLoopbackName, refuseUrl } from './addresses.ts'
import { callChannelServer } from './call.ts'
import { addressesOf, resolver, systemFiles } from './host-names.ts'

const publicUrl = 'https://inbox.acme.example'
const exposed = addressRules({ publicUrl, isExposed: true, allowInsecureChannels: false })
const onThisMachine = addressRules({
  publicUrl: 'http://127.0.0.1:4000',
  isExposed: false,
  allowInsecureChannels: false,
})
const operatorAllows = addressRules({ publicUrl, isExposed: true, allowInsecureChannels: true })

const codeFor = (url: string, rules: AddressRules) => refuseUrl(url, rules)?.code ?? 'allowed'

/** Every port of the listener counts: the refused must not even connect. */
async function listener(t: TestContext) {
  let connections = 0
  const server = createServer((socket) => {
    connections++
    socket.destroy()
  }).listen(0, '::')
  await once(server, 'listening')
  t.after(() => server.close())
  return { port: (server.address() as { port: number }).port, connections: () => connections }
}

function send(url: string, allow: AddressRules) {
  const by = { secret: 's'.repeat(32), webhookId: 'msg_1', credential: null, authType: 'none' as const }
  return callChannelServer({ url, method: 'POST', body: '{}', ...by, agentKey: 'test', allow, deadlineMs: 3_000 })
}

for (const url of [
  'file:///etc/passwd',
  'gopher://a.example/',
  'data:,x',
  'ftp://a.example/',
  'nonsense',
  '',
  'http://a.example/',
]) {
  test(`a hub that is reachable from outside does not take ${JSON.stringify(url)}`, () => {
    assert.equal(codeFor(url, exposed), 'url_not_allowed')
  })
}

for (const url of [
  'https://good.example@evil.example/',
  'https://:x@a.example/',
  'https://127.0.0.1%2f@example.com/',
  'https://a.example./',
]) {
  test(`${url} is refused: user-info, trailing dot`, () => {
    assert.equal(codeFor(url, exposed), 'url_not_allowed')
  })
}

const disguises = [
  '127.1',
  '2130706433',
  '0x7f.1',
  '0177.0.0.1',
  '①②⑦.0.0.1',
  '0',
  'localhost',
  'x.localhost',
  '127.0.0.1',
]
const v6 = [
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[64:ff9b::7f00:1]',
  '[2002:7f00:1::]',
  '[fe80::1]',
  '[fd00:ec2::254]',
  '[::127.0.0.1]',
  '[2001:0:4136:e378:8000:63bf:3fff:fdd2]',
  '[ff02::1]',
]
const notPublic = [
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '192.0.2.1',
  '198.18.0.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
]

test('no form of a loopback, private or reserved address is called, and no socket opens', async (t) => {
  const { port, connections } = await listener(t)
  for (const host of [...disguises, ...v6, ...notPublic, 'db.internal', 'printer.local', 'intranet']) {
    const url = `https://${host}:${port}/`
    assert.equal(codeFor(url, exposed), 'blocked_address', url)
    const result = await send(url, exposed)
    assert.equal(result.kind === 'not_sent' && result.code, 'blocked_address', url)
  }
  assert.equal(connections(), 0)
})

test('a hub that is reachable from outside calls no port of another protocol, in whatever spelling (54)', async () => {
  const hosts = ['a.example', '93.184.216.34', '[2606:2800:220:1::1]', 'user.example']
  const ports = [
    '22',
    '25',
    '6379',
    '0',
    '1',
    '53',
    '110',
    '587',
    '5060',
    '6000',
    '6667',
    '10080',
    '11211',
    '5432',
    '00022',
  ]
  for (const host of hosts) {
    for (const port of ports) {
      const url = `https://${host}:${port}/x`
      assert.equal(codeFor(url, exposed), 'url_not_allowed', url)
      assert.equal(codeFor(url, operatorAllows), 'url_not_allowed', url)
      const result = await send(url, exposed)
      assert.equal(result.kind === 'not_sent' && result.code, 'blocked_address', url)
    }
    for (const port of ['443', '8443', '80', '8080', '3000', '10081', '65535']) {
      assert.equal(codeFor(`https://${host}:${port}/x`, exposed), 'allowed', port)
    }
  }
  assert.equal(codeFor('http://a.example:25/', operatorAllows), 'url_not_allowed')
  assert.equal(codeFor('http://127.0.0.1:6379/', onThisMachine), 'allowed')
})

test('the local default allows loopback, and no other private address', () => {
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '127.1']) {
    assert.equal(codeFor(`http://${host}:4100/`, onThisMachine), 'allowed', host)
  }
  for (const host of ['10.0.0.1', '169.254.169.254', '[fd00::1]', '0.0.0.0', 'intranet', '[::ffff:10.0.0.1]']) {
    assert.equal(codeFor(`http://${host}/`, onThisMachine), 'blocked_address', host)
  }
})

test("an operator's setting opens private networks, and never what hands out a machine's credentials", () => {
  for (const host of ['10.0.0.1', '[fd00::1]', 'intranet', 'db.internal', '127.0.0.1']) {
    assert.equal(codeFor(`http://${host}/`, operatorAllows), 'allowed', host)
  }
  for (const host of ['169.254.169.254', '[fd00:ec2::254]', '[fe80::1]', '0.0.0.0', '224.0.0.1', '[2002:7f00:1::]']) {
    assert.equal(codeFor(`http://${host}/`, operatorAllows), 'blocked_address', host)
  }
})

test('the hub does not post to itself, under any of its names', async () => {
  assert.equal(codeFor('https://inbox.acme.example/hook', exposed), 'loop')
  assert.equal(codeFor('https://inbox.acme.example:8443/hook', exposed), 'allowed')
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '127.1', 'a.localhost']) {
    assert.equal(codeFor(`http://${host}:4000/`, onThisMachine), 'loop', host)
  }
  const result = await send('http://localhost:4000/', onThisMachine)
  assert.equal(result.kind === 'not_sent' && result.code, 'loop')
})

/** A name server on loopback that answers each A question with the next of these addresses, and has no AAAA. */
async function nameServer(t: TestContext, addresses: string[]): Promise<void> {
  const socket = createSocket('udp4')
  socket.on('message', (question, { port, address }) => {
    const end = question.indexOf(0, 12) + 5
    const isA = question.readUInt16BE(end - 4) === 1
    const header = Buffer.from([question[0] ?? 0, question[1] ?? 0, 0x81, 0x80, 0, 1, 0, isA ? 1 : 0, 0, 0, 0, 0])
    const octets = (isA ? (addresses.shift() ?? '127.0.0.1') : '').split('.').map(Number)
    const record = isA ? [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...octets] : []
    socket.send(Buffer.concat([header, question.subarray(12, end), Buffer.from(record)]), port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const before = resolver.getServers()
  resolver.setServers([`127.0.0.1:${socket.address().port}`])
  t.after(() => {
    resolver.setServers(before)
    socket.close()
  })
}

test('a name that turns from public to private after it was registered is not called', async (t) => {
  const { port, connections } = await listener(t)
  const url = `https://rebound.example:${port}/`
  assert.equal(codeFor(url, exposed), 'allowed')
  await nameServer(t, ['127.0.0.1', '10.1.2.3', '169.254.169.254'])
  for (let attempt = 0; attempt < 3; attempt++) {
    const result = await send(url, exposed)
    assert.equal(result.kind === 'not_sent' && result.code, 'blocked_address')
  }
  assert.equal(connections(), 0)
})

test('the address that was checked is the one that is dialled: one lookup a connection', async (t) => {
  const { port, connections } = await listener(t)
  const lookups = ['127.0.0.1', '10.0.0.9', '10.0.0.9']
  await nameServer(t, lookups)
  await send(`http://once.example:${port}/`, onThisMachine)
  assert.deepEqual([connections(), lookups.length], [1, 2])
})

/** A name server on loopback that knows these names, and is asked as this resolver file says. */
async function zone(t: TestContext, names: Record<string, string>, resolverFile: string): Promise<string[]> {
  const asked: string[] = []
  const socket = createSocket('udp4')
  socket.on('message', (question, { port, address }) => {
    const labels: string[] = []
    let at = 12
    for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
      labels.push(question.toString('latin1', at + 1, at + 1 + length))
      at += length + 1
    }
    const name = labels.join('.')
    const isA = question.readUInt16BE(at + 1) === 1
    if (isA) asked.push(name)
    const found = names[name]
    const header = [
      question[0] ?? 0,
      question[1] ?? 0,
      0x81,
      found ? 0x80 : 0x83,
      0,
      1,
      0,
      found && isA ? 1 : 0,
      0,
      0,
      0,
      0,
    ]
    const record = found && isA ? [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...found.split('.').map(Number)] : []
    socket.send(Buffer.concat([Buffer.from(header), question.subarray(12, at + 5), Buffer.from(record)]), port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const before = [resolver.getServers(), { ...systemFiles }] as const
  resolver.setServers([`127.0.0.1:${socket.address().port}`])
  const folder = await mkdtemp(join(tmpdir(), 'portico-names-'))
  systemFiles.resolver = join(folder, 'resolv.conf')
  systemFiles.hosts = join(folder, 'hosts')
  await writeFile(systemFiles.resolver, resolverFile)
  await writeFile(systemFiles.hosts, '127.0.0.1\tNamed.Example alias # 10.0.0.1 commented\n')
  t.after(async () => {
    resolver.setServers(before[0])
    Object.assign(systemFiles, before[1])
    socket.close()
    await rm(folder, { recursive: true })
  })
  return asked
}

const cluster =
  'nameserver 10.96.0.10\nsearch shop.svc.cluster.local svc.cluster.local. cluster.local\noptions ndots:5 edns0\n'
const inCluster: AddressRules = { ...operatorAllows, ownOrigin: () => publicUrl }

test('a short name of a cluster is resolved by the system, and its address is checked', async (t) => {
  const { port, connections } = await listener(t)
  const asked = await zone(
    t,
    { 'chat.shop.svc.cluster.local': '127.0.0.1', 'chat.other.svc.cluster.local': '127.0.0.1' },
    cluster,
  )
  await send(`http://chat:${port}/`, inCluster)
  assert.deepEqual([connections(), asked], [1, ['chat.shop.svc.cluster.local']])
  asked.length = 0
  await send(`http://chat.other:${port}/`, inCluster)
  assert.deepEqual([connections(), asked], [2, ['chat.other.shop.svc.cluster.local', 'chat.other.svc.cluster.local']])
})

test('a name that is in the search list and in the world is, as for the system, the one that is tried first', async (t) => {
  const names = {
    'pay.dev': '127.0.0.2',
    'pay.dev.svc.cluster.local': '127.0.0.1',
    'pay.dev.corp.example': '127.0.0.1',
  }
  const asked = await zone(t, names, cluster)
  const { port } = await listener(t)
  await send(`http://pay.dev:${port}/`, inCluster)
  assert.equal(asked.at(-1), 'pay.dev.svc.cluster.local')
  asked.length = 0
  await writeFile(systemFiles.resolver, 'domain corp.example\n')
  await send(`http://pay.dev:${port}/`, inCluster)
  assert.deepEqual(asked, ['pay.dev'])
})

test('a name out of the search list that leads to a private address is refused like any other', async (t) => {
  const { port, connections } = await listener(t)
  await zone(
    t,
    { 'hook.partner.corp.example': '10.1.2.3', 'meta.partner.corp.example': '169.254.169.254' },
    'search corp.example\n',
  )
  for (const host of ['hook.partner', 'meta.partner']) {
    const result = await send(`https://${host}:${port}/`, exposed)
    assert.equal(result.kind === 'not_sent' && result.code, 'blocked_address', host)
  }
  assert.equal(connections(), 0)
})

test('the hosts file comes first, whatever the case of its names', async (t) => {
  const { port, connections } = await listener(t)
  const asked = await zone(t, { 'named.example': '10.0.0.1' }, 'search corp.example\n')
  await send(`http://named.example:${port}/`, onThisMachine)
  assert.deepEqual([connections(), asked], [1, []])
})

test('every address of a name is checked, in any order', async (t) => {
  const { port, connections } = await listener(t)
  await zone(t, {}, '')
  const lines = ['127.0.0.1 both.example', '10.0.0.1 both.example']
  for (const order of [lines, lines.toReversed()]) {
    await writeFile(systemFiles.hosts, order.join('\n'))
    const result = await send(`http://both.example:${port}/`, onThisMachine)
    assert.equal(result.kind === 'not_sent' && result.code, 'blocked_address')
  }
  assert.equal(connections(), 0)
})

test('a name that only the system knows is resolved by it', async (t) => {
  const known = await lookup(hostname(), { all: true }).catch(() => null)
  if (!known || isLoopbackName(hostname())) return t.skip('this machine does not know its own name')
  const asked = await zone(t, {}, '')
  assert.deepEqual(
    await addressesOf(hostname()),
    known.map(({ address }) => address),
  )
  assert.deepEqual(asked, [hostname()])
})

test('an unknown name is looked up in the system too, and then not found', async (t) => {
  const asked = await zone(t, {}, 'search corp.example\noptions ndots:2\n')
  const result = await send('https://nobody.invalid/', exposed)
  assert.deepEqual(asked, ['nobody.invalid.corp.example', 'nobody.invalid'])
  assert.equal(result.kind, 'not_sent')
})

test('a name that leads to the hub itself is a loop', async (t) => {
  await nameServer(t, ['127.0.0.1'])
  const result = await send('http://hub.example:4000/', onThisMachine)
  assert.equal(result.kind === 'not_sent' && result.code, 'loop')
})

test('a silent name server fails only the call', async (t) => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const before = resolver.getServers()
  resolver.setServers([`127.0.0.1:${socket.address().port}`])
  t.after(() => {
    resolver.cancel()
    resolver.setServers(before)
    socket.close()
  })
  const result = await send('https://silent.example/', exposed)
  assert.equal(result.kind, 'not_sent')
})
