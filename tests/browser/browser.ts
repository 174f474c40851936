import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { addTestChannel, type ChannelOptions, type PushedText, type TestChannel } from '../harness/channel.ts'
import { type AddressRules, startTestHub, type TestHub } from '../harness/hub.ts'

export const executablePath = [process.env.PORTICO_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => path !== undefined && existsSync(path),
)

/** A host name that leads to this machine in the test's browser, and is not a secure context. */
const plainHost = 'inbox.lan'

const flags = [
  `--host-resolver-rules=MAP ${plainHost} 127.0.0.1`,
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

interface Credentials {
  email: string
  password: string
}

/** A hub, a channel, and a browser in which the admin is signed in. */
export interface BrowserFixture {
  hub: TestHub
  channel: TestChannel
  /** Unexpected errors of pages: errors on the console, exceptions, failed answers. */
  consoleErrors: string[]
  /** The hub's URL for the browser. */
  origin: string
  /** Opens a page, signed in as the admin or as `who`. */
  open(path: string, options?: BrowserContextOptions, who?: Credentials): Promise<Page>
  /** Opens a page in a browser context where nobody is signed in. */
  openSignedOut(path: string): Promise<Page>
  receive(message: Partial<PushedText> & { body: string }): Promise<void>
  close(): Promise<void>
}

export async function openBrowserFixture(
  channelOptions: ChannelOptions = {},
  { plainHttp = false, imageAddresses }: { plainHttp?: boolean; imageAddresses?: AddressRules } = {},
): Promise<BrowserFixture> {
  if (!executablePath) throw new Error('There is no Chromium: set PORTICO_CHROMIUM, or install chromium.')
  const address = plainHttp ? await atPlainHttp() : undefined
  const hub = await startTestHub({ ...address, ...(imageAddresses && { imageAddresses }) })
  const origin = address?.publicUrl ?? hub.url
  const channel = await addTestChannel(hub, channelOptions)
  const browser = await chromium.launch({
    executablePath,
    args: process.getuid?.() === 0 ? ['--no-sandbox', ...flags] : flags,
  })
  const consoleErrors: string[] = []
  let pushed = 0
  return {
    hub,
    channel,
    consoleErrors,
    origin,
    open: (path, options, who = hub.admin) => openPage(browser, hub, origin, path, consoleErrors, options ?? {}, who),
    openSignedOut: (path) => openPage(browser, hub, origin, path, [], {}, null),
    async receive(message) {
      const { status, body } = await channel.push({ externalId: `browser-${++pushed}`, ...message })
      if (status !== 202) throw new Error(`the hub answered ${status}: ${JSON.stringify(body)}`)
    },
    async close() {
      await browser.close()
      await hub.close()
      await channel.server.stop()
    },
  }
}

async function openPage(
  browser: Browser,
  hub: TestHub,
  origin: string,
  path: string,
  consoleErrors: string[],
  options: BrowserContextOptions,
  who: Credentials | null,
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  })
  context.setDefaultTimeout(15_000)
  if (who) await context.addCookies([{ ...(await signIn(hub, origin, who)), url: origin }])
  const page = await context.newPage()
  page.on('console', (message) => message.type() === 'error' && consoleErrors.push(message.text()))
  page.on('pageerror', (error) => consoleErrors.push(String(error.stack)))
  await page.goto(`${origin}/app${path}`)
  return page
}

/** The cookie of a session. */
async function signIn(hub: TestHub, origin: string, { email, password }: Credentials) {
  const answer = await fetch(`${hub.url}/sign_in`, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  })
  const [, name, value] = /^([^=]+)=([^;]+)/.exec(answer.headers.getSetCookie()[0] ?? '') ?? []
  if (!name || !value) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`)
  return { name, value }
}

async function atPlainHttp() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return { port, publicUrl: `http://${plainHost}:${port}` }
}
