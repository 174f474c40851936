import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { answer, FakeChannelServer } from '../../../tests/harness/channel-server.ts'
import { startTestHub, type TestHub } from '../../../tests/harness/hub.ts'
import { clientSecret, OAuthServer } from '../../../tests/harness/oauth-server.ts'
import { spawnPortico } from '../../../tests/harness/portico.ts'

const systemNode = '/usr/bin/node'
const isOld = /^v2[01]\./.test(spawnSync(systemNode, ['--version'], { encoding: 'utf8' }).stdout ?? '')

describe('portico at the command line', () => {
  let hub: TestHub
  let server: FakeChannelServer
  before(async () => {
    hub = await startTestHub()
    server = await FakeChannelServer.start()
  })
  after(async () => {
    await server.stop()
    await hub.close()
  })

  async function portico(args: string[], env: NodeJS.ProcessEnv = {}, node?: string, input?: string) {
    const settings = { PORTICO_URL: hub.url, PORTICO_TOKEN: hub.token, ...env }
    const run = spawnPortico(args, settings, {
      ...(node !== undefined && { node }),
      ...(input !== undefined && { input }),
    })
    let [out, err] = ['', '']
    run.child.stdout?.on('data', (text) => {
      out += text
    })
    run.child.stderr?.on('data', (text) => {
      err += text
    })
    return { code: await run.ended, out, err }
  }

  async function json(args: string[]) {
    const { code, out, err } = await portico([...args, '--json'])
    assert.equal(code, 0, err)
    assert.equal(out.split('\n').length, 2, 'one line')
    return JSON.parse(out)
  }

  const statesOf = async (uid: string): Promise<string[]> => {
    const { body } = await hub.call('GET', `/channel_types/${uid}`)
    return body.secrets.map(({ state }: { state: string }) => state)
  }

  const idsOf = (list: { _results: { id: string }[] }) => list._results.map(({ id }) => id)

  it('makes and lists inboxes in Front’s list envelope', async () => {
    const made = await json(['inbox', 'create', '--name', 'Sales'])
    const list = await json(['inbox', 'list'])
    assert.ok(list._links.self)
    assert.ok(idsOf(list).includes(made.id))
  })

  it('takes a channel from its type to its deletion: type, channel, message, new secret, deletion', async () => {
    const type = ['channel-type', 'create', '--name', 'N', '--server-url', server.url, '--auth', 'api_key']
    const { uid, secret, ...rest } = await json(type)
    assert.match(uid, /^app_/)
    assert.deepEqual(rest, {})
    const add = ['channel', 'add', '--type', uid, '--inbox', hub.inbox, '--name', 'Line 1', '--token', 'T']
    const channel = await json(add)
    assert.match(channel.id, /^cha_/)
    assert.equal(channel.name, 'Line 1')
    const sent = await json(['message', 'send', '--channel', channel.id, '--to', 'somebody', '--body', 'Hello'])
    assert.equal(sent.status, 'accepted')
    assert.ok(sent.message_uid)
    assert.notEqual((await json(['channel-type', 'rotate-secret', uid])).secret, secret)
    assert.deepEqual(await statesOf(uid), ['new', 'current'])
    assert.ok((await json(['channel-type', 'sign-with-new-secret', uid])).previous_expires_at > Date.now() / 1_000)
    assert.deepEqual(await statesOf(uid), ['current', 'previous'])
    assert.deepEqual(idsOf(await json(['channel', 'list'])), [channel.id])
    await json(['channel', 'delete', channel.id])
    assert.deepEqual(idsOf(await json(['channel', 'list'])), [])
    assert.deepEqual(await json(['channel-type', 'delete', uid]), { deleted: uid })
    assert.deepEqual((await json(['channel-type', 'list']))._results, [])
  })

  it('names itself, and the command that follows a rotation, as the hub’s package is run', async () => {
    assert.match((await portico(['--help'])).out, /^Usage: npx @portico\/cli /)
    const { uid } = await json(['channel-type', 'create', '--name', 'R', '--server-url', server.url])
    const { out } = await portico(['channel-type', 'rotate-secret', uid])
    const nextCommand = /then: npx @portico\/cli (.+)/.exec(out)?.[1] ?? out
    assert.deepEqual(await statesOf(uid), ['new', 'current'])
    assert.match((await portico(nextCommand.split(' '))).out, /^The new secret signs\./)
    assert.deepEqual(await statesOf(uid), ['current', 'previous'])
  })

  it('sends one message for one Idempotency-Key', async () => {
    const type = await json(['channel-type', 'create', '--name', 'K', '--server-url', server.url])
    const channel = await json(['channel', 'add', '--type', type.uid, '--inbox', hub.inbox])
    const send = ['message', 'send', '--channel', channel.id, '--to', 'one', '--body', 'Once', '--key', 'k1']
    assert.deepEqual(await json(send), await json(send))
  })

  it('writes the error message of the API to standard error, with exit code 1, and nothing to standard output', async () => {
    const { code, out, err } = await portico(['channel', 'add', '--type', 'app_none', '--inbox', hub.inbox, '--json'])
    const { body } = await hub.call('GET', '/channel_types/app_none')
    assert.deepEqual({ code, out }, { code: 1, out: '' })
    assert.equal(err.split('\n')[0], `portico: ${body._error.message}`)
  })

  it('sets and removes the numeric alias of a channel type', async () => {
    const create = ['channel-type', 'create', '--name', 'N', '--server-url', server.url, '--numeric-alias', '4711']
    const { uid } = await json(create)
    const alias = async () => (await hub.call('GET', `/channel_types/${uid}`)).body.numeric_alias
    assert.equal(await alias(), 4711)
    assert.equal((await json(['channel-type', 'update', uid, '--numeric-alias', '4712'])).numeric_alias, 4712)
    assert.match((await portico(['channel-type', 'update', uid, '--numeric-alias', 'x'])).err, /must be an integer/)
    assert.equal(await alias(), 4712)
    await portico(['channel-type', 'update', uid, '--numeric-alias', 'none'])
    assert.equal(await alias(), null)
  })

  it('asks for the credential that the type requires before it creates anything', async () => {
    const type = ['channel-type', 'create', '--name', 'B', '--server-url', server.url, '--auth', 'basic']
    const { uid } = await json(type)
    const { code, err } = await portico(['channel', 'add', '--type', uid, '--inbox', hub.inbox])
    assert.equal(code, 1)
    assert.match(err, /--username/)
  })

  it('registers OAuth 2.0 types and adds channels with credentials of their own, without a secret among the arguments', async (t) => {
    const oauth = await OAuthServer.start()
    t.after(() => oauth.stop())
    oauth.open('http://127.0.0.1:9/unused')
    const folder = mkdtempSync(join(tmpdir(), 'portico-cli-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'secret')
    writeFileSync(file, `${clientSecret}\n`)
    const { token_url } = oauth.settings
    const create = ['channel-type', 'create', '--name', 'O', '--server-url', server.url, '--auth', 'oauth2']
    const add = (uid: string) => ['channel', 'add', '--type', uid, '--inbox', hub.inbox]
    const typeOf = async (uid: string) => (await hub.call('GET', `/channel_types/${uid}`)).body.oauth2

    const own = await json([...create, '--grant', 'client_credentials', '--token-url', token_url])
    assert.match((await portico(add(own.uid))).err, /add --client-id/)
    const withId = await portico([...add(own.uid), '--client-id', 'portico'])
    assert.match(withId.err, /add --client-secret-file, or set PORTICO_CLIENT_SECRET/)
    const byFile = await json([...add(own.uid), '--client-id', 'portico', '--client-secret-file', file])
    assert.deepEqual([byFile.authorization.state, byFile.authorization.owner_name], ['ok', 'portico'])
    const byEnv = await portico([...add(own.uid), '--client-id', 'portico'], { PORTICO_CLIENT_SECRET: clientSecret })
    assert.equal(byEnv.code, 0, byEnv.err)
    assert.match((await portico([...add(own.uid), '--client-secret-file', `${file}x`])).err, /cannot be read/)

    oauth.intercept = ({ form }, response) => {
      answer(response, 200, { access_token: `for ${form.username} ${form.password}`.replaceAll(' ', '-') })
      return true
    }
    const password = ['--grant', 'password', '--token-url', token_url, '--client-id', 'portico']
    const { uid } = await json([...create, ...password, '--client-secret-file', file])
    const made = { ...(await typeOf(uid)) }
    assert.deepEqual([made.grant, made.client_id, made.has_client_secret], ['password', 'portico', true])
    const args = [...add(uid), '--username', 'noor', '--password-file', '-']
    const byStdin = await portico(args, {}, undefined, 'pass word\n')
    assert.equal(byStdin.code, 0, byStdin.err)
    assert.equal(oauth.calls.at(-1)?.form.password, 'pass word')

    const revocation = `${oauth.url}/token/revocation`
    await json(['channel-type', 'update', uid, '--revocation-url', revocation, '--scopes', 'a b'])
    const changed = { ...made, revocation_url: revocation, scopes: 'a b' }
    assert.deepEqual(await typeOf(uid), changed)
    await json(['channel-type', 'update', uid, '--name', 'Renamed'])
    assert.deepEqual(await typeOf(uid), changed)
    const refused = await portico(['channel-type', 'update', uid, '--revokes-replaced'])
    assert.match(refused.err, /body\.oauth2\.revokes_replaced/)

    const code = ['--grant', 'authorization_code', '--token-url', token_url, '--client-id', 'portico']
    const browser = await json([...create, ...code, '--authorize-url', oauth.settings.authorize_url])
    assert.match((await portico(add(browser.uid))).err, /authorized in the browser/)
    assert.match((await portico([...create, '--grant', 'password'])).err, /needs --grant and --token-url/)
  })

  it('names the next step when the token is missing or wrong, or no hub responds', async () => {
    assert.match((await portico(['inbox', 'list'], { PORTICO_TOKEN: '' })).err, /token create --local/)
    const wrong = await portico(['inbox', 'list'], { PORTICO_TOKEN: 'prt_wrong' })
    assert.equal(wrong.code, 1)
    assert.doesNotMatch(wrong.err, /prt_wrong/)
    const nobody = await portico(['inbox', 'list'], { PORTICO_URL: 'http://127.0.0.1:65534' })
    assert.match(nobody.err, /no hub answers at http:\/\/127\.0\.0\.1:65534 \(ECONNREFUSED\)/)
  })

  it('rejects the page of another server as a response', async () => {
    const page = createServer((_request, response) => response.end('<h1>Welcome</h1>')).listen(0, '127.0.0.1')
    await once(page, 'listening')
    const url = `http://127.0.0.1:${(page.address() as AddressInfo).port}`
    const { code, out, err } = await portico(['inbox', 'list'], { PORTICO_URL: url })
    page.close()
    assert.deepEqual([code, out], [1, ''])
    assert.equal(err.split('\n')[0], `portico: ${url} answered 200; is it a Portico hub?`)
  })

  it('writes a first token into the database itself, and asks for which of several companies', async () => {
    const env = { DATABASE_URL: hub.db.url, PORTICO_TOKEN: '' }
    const create = ['token', 'create', '--local']
    const one = await portico([...create, '--json'], env)
    assert.equal((await portico(['inbox', 'list'], { PORTICO_TOKEN: JSON.parse(one.out).token })).code, 0)
    const second = await hub.addCompany('Globex')
    const unsure = await portico(create, env)
    assert.equal(unsure.code, 1)
    assert.match(unsure.err, new RegExp(`--company: ${hub.companyId}, ${second.companyId}`))
    const chosen = await portico([...create, '--company', String(second.companyId)], env)
    const list = await portico(['inbox', 'list', '--json'], { PORTICO_TOKEN: chosen.out.trim() })
    assert.deepEqual(idsOf(JSON.parse(list.out)), [second.inbox])
  })

  it('migrates on its own', async () => {
    const { code, out } = await portico(['migrate', '--json'], { DATABASE_URL: hub.db.url })
    assert.deepEqual([code, JSON.parse(out)], [0, { migrated: true }])
  })

  it('runs on the Node that npm installed where the one on the path is too old', {
    skip: !isOld && 'no Node 20 or 21 here',
  }, async () => {
    const { code, err } = await portico(['inbox', 'list', '--json'], {}, systemNode)
    assert.equal(code, 0, err)
  })
})
