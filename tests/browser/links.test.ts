import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type Hub, startHub } from '@portico/hub'
import { makeSealer } from '@portico/hub/sealer'
import { readSettings, type Settings } from '@portico/hub/settings'
import { pino } from 'pino'
import type { Page } from 'playwright-core'
import { banner } from '../../packages/hub/src/start/banner.ts'
import { createDatabase, type TestDatabase } from '../harness/database.ts'
import { testMasterKey } from '../harness/hub.ts'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

const checkout = join(import.meta.dirname, '../..')

async function sources(...patterns: string[]): Promise<string> {
  const names = (await Array.fromAsync(glob(patterns, { cwd: checkout }))).filter((name) => !name.includes('.test.'))
  return names.map((name) => readFileSync(join(checkout, name), 'utf8')).join('\n')
}

const matches = (text: string, pattern: RegExp) => [
  ...new Set(Array.from(text.matchAll(pattern), ([, one = '']) => one)),
]

/** The first heading of the page at an address; waits until there is one. */
async function headingAt(page: Page, url: string): Promise<string> {
  await page.goto(url)
  return page.getByRole('heading', { level: 1 }).first().innerText()
}

let fixture: BrowserFixture
before(async () => {
  fixture = await openBrowserFixture()
  await fixture.receive({ body: 'Hello', conversation: 'ivo', handle: 'ivo', name: 'Ivo' })
  await fixture.hub.call('POST', '/invitations', { email: 'ivo@acme.example' })
})
after(() => fixture?.close())

describe('a new hub', () => {
  let db: TestDatabase
  let hub: Hub
  let settings: Settings
  before(async () => {
    db = await createDatabase()
    settings = readSettings({ PORT: '0', PORTICO_DEMO: '0' })
    hub = await startHub({ settings, db, sealer: makeSealer(testMasterKey), log: pino({ level: 'silent' }) })
  })
  after(async () => {
    await hub?.close()
    await db?.drop()
  })

  const bannerOf = (needsSetUp: boolean, samplePage: string | null) =>
    banner({
      settings,
      url: hub.url,
      dataLocation: '/data',
      samplePage,
      setUpCode: needsSetUp ? 'ABCD-EFGH-JKMN' : null,
      needsSetUp,
      logFile: null,
      token: null,
    })

  it('prints only URLs that open the announced page (41)', async () => {
    const page = await fixture.openSignedOut('/sign-in')
    const printed = matches(bannerOf(true, null) + bannerOf(false, `${hub.url}/docs`), /(https?:\/\/\S+)/g)
    assert.ok(printed.length >= 4, printed.join())
    for (const url of printed) {
      if (url.endsWith('/docs')) assert.equal((await fetch(url)).status, 200)
      else if (url.includes('/app')) assert.equal(await headingAt(page, url), 'Set up Portico', url)
      else assert.equal((await fetch(url)).status, 200, url)
    }
    await page.context().close()
  })

  it('has every path of the app that the code or the documentation names', async () => {
    const text = await sources('packages/{hub,cli}/src/**/*.ts', '*.md', 'docs/*.md', 'deploy/*', 'Dockerfile')
    const named = matches(text, /(\/app\/[\w-]+(?:\/[\w-]+)*)(?![\w/*:.-])/g).filter(
      (path) => !path.includes('/assets'),
    )
    assert.ok(named.includes('/app/set-up'), named.join())
    const page = await fixture.openSignedOut('/sign-in')
    for (const path of [...named, '/app/setup']) {
      assert.equal(await headingAt(page, hub.url + path), 'Set up Portico', path)
    }
    await page.context().close()
  })
})

describe('the app', () => {
  /** Reduces addresses to one of each shape: those that differ only in ids are alike. */
  const shapeOf = (path: string) => path.replace(/(?<=\/)(?:[a-z]{3}_\w+|app_\w+)/g, ':id')

  async function linksOn(page: Page): Promise<string[]> {
    const all = await page
      .locator('a[href]')
      .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href))
    return all.filter((href) => href.startsWith(fixture.hub.url)).map((href) => href.slice(fixture.hub.url.length))
  }

  it('has a page for every link, and for every path that the code navigates to', async () => {
    const text = await sources('packages/inbox/src/**/*.{ts,tsx}')
    const named = matches(text, /\b(?:to|path)(?:=|: ?)["'`](\/[\w/-]*)["'`]/g).map((path) => `/app${path}`)
    assert.ok(named.length > 15, named.join())
    const page = await fixture.open('/')
    const waiting = [...named, '/app/settings']
    const seen = new Set<string>()
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      const shape = shapeOf(path.split('#')[0] ?? '')
      if (seen.has(shape)) continue
      seen.add(shape)
      if (!path.startsWith('/app')) {
        assert.equal((await fetch(fixture.hub.url + path)).status, 200, path)
        continue
      }
      assert.notEqual(await headingAt(page, fixture.hub.url + path), 'Not found', path)
      await page.waitForLoadState('networkidle')
      waiting.push(...(await linksOn(page)))
    }
    for (const shape of ['/app/inboxes/:id/:id', '/app/settings/channels/:id', '/app/settings/inboxes/:id']) {
      assert.ok(seen.has(shape), `${shape} was not reached: ${[...seen].join(' ')}`)
    }
    await page.context().close()
  })
})
