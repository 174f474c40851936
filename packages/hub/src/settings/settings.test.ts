import assert from 'node:assert/strict'
import { it } from 'node:test'
import { readSettings, SettingsError } from './settings.ts'

it('the default without settings is local: loopback, the demo, the data folder of the checkout', () => {
  const settings = readSettings({})
  assert.equal(settings.publicUrl, 'http://127.0.0.1:4000')
  assert.deepEqual([settings.isExposed, settings.demo, settings.databaseUrl], [false, true, null])
  assert.match(settings.dataDirectory, /\/\.portico$/)
})

it('production rules apply as soon as the hub is reachable from outside', () => {
  for (const env of [
    { HOST: '0.0.0.0' },
    { HOST: '::' },
    { HOST: '192.168.1.5' },
    { PUBLIC_URL: 'https://inbox.example' },
  ]) {
    const { isExposed, demo } = readSettings(env)
    assert.deepEqual({ isExposed, demo }, { isExposed: true, demo: false }, JSON.stringify(env))
  }
})

it('every loopback name is this machine', () => {
  for (const env of [
    { HOST: '::1' },
    { HOST: 'localhost' },
    { PUBLIC_URL: 'http://[::1]:4000' },
    { HOST: '127.8.8.8' },
  ]) {
    assert.equal(readSettings(env).isExposed, false, JSON.stringify(env))
  }
})

it('the demo is off with a database of one’s own and behind a proxy, on only when asked', () => {
  assert.equal(readSettings({ DATABASE_URL: 'postgres://x/y' }).demo, false)
  assert.equal(readSettings({ TRUST_PROXY: '127.0.0.1' }).demo, false)
  assert.equal(readSettings({ DATABASE_URL: 'postgres://x/y', PORTICO_DEMO: '1' }).demo, true)
  assert.equal(readSettings({ PORTICO_DEMO: '0' }).demo, false)
})

it('TRUST_PROXY is a list of addresses and ranges, of names for ranges, or off', () => {
  const proxiesOf = (TRUST_PROXY: string) => readSettings({ TRUST_PROXY }).trustedProxies
  assert.deepEqual(proxiesOf(''), [])
  assert.deepEqual(proxiesOf('0'), [])
  assert.deepEqual(proxiesOf('10.0.0.5, fd00::/8,::ffff:192.0.2.0/120 loopback'), [
    '10.0.0.5',
    'fd00::/8',
    '::ffff:192.0.2.0/120',
    'loopback',
  ])
  const wrong = [
    ...['1', 'true', 'yes', 'on', '*', 'all', 'proxy.example', '10.0.0', '0x7f000001', '10.0.0.256', '010.0.0.1'],
    ...[
      '10.0.0.0/33',
      '10.0.0.0/0',
      '::/0',
      '10.0.0.0/',
      '10.0.0.0/8/8',
      '10.0.0.0/255.0.0.0',
      'fd00::/129',
      '10.0.0.0/-1',
    ],
    ...['::ffff:0:0/96', '[::1]', 'fe80::1%eth0', '10.0.0.1:80', '10.0.0.1-10.0.0.9', 'LOOPBACK', '10.0.0.0/1e1'],
  ]
  for (const entry of wrong) {
    for (const TRUST_PROXY of [entry, `127.0.0.1, ${entry}`]) {
      assert.throws(
        () => readSettings({ TRUST_PROXY }),
        (error) => error instanceof SettingsError && error.message.includes(`TRUST_PROXY names "${entry}"`),
        TRUST_PROXY,
      )
    }
  }
})

it('an invalid setting is named', () => {
  for (const PORT of ['x', '-1', '65536', '80.5']) assert.throws(() => readSettings({ PORT }), SettingsError)
  for (const PUBLIC_URL of ['inbox.example', 'ftp://x', 'https://x/path', 'https://me@x', 'https://x?y=1']) {
    assert.throws(() => readSettings({ PUBLIC_URL }), /Set it to an origin/, PUBLIC_URL)
  }
})
