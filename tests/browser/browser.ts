import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { addTestChannel, type ChannelOptions, type PushedText, type TestChannel } from '../harness/channel.ts'
import { startTestHub, type TestHub } from '../harness/hub.ts'

const executablePath = [process.env.PORTICO_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => path !== undefined && existsSync(path),
)

const quietly = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A hub, a channel that was really added, and a browser in which the admin is signed in. */
export interface BrowserWorld {
  hub: TestHub
  channel: TestChannel
  /** What went wrong in pages without being asked for: errors on the console, exceptions, failed answers. */
  complaints: string[]
  open(path: string, options?: BrowserContextOptions): Promise<Page>
  /** A browser of its own where nobody is signed in. */
  openSignedOut(path: string): Promise<Page>
  receive(message: Partial<PushedText> & { body: string }): Promise<void>
  close(): Promise<void>
}

export async function openBrowserWorld(channelOptions: ChannelOptions = {}): Promise<BrowserWorld> {
  if (!executablePath) throw new Error('There is no Chromium: set PORTICO_CHROMIUM, or install chromium.')
  const hub = await startTestHub()
  const channel = await addTestChannel(hub, channelOptions)
  const browser = await chromium.launch({
    executablePath,
    args: process.getuid?.() === 0 ? ['--no-sandbox', ...quietly] : quietly,
  })
  const complaints: string[] = []
  let pushed = 0
  return {
    hub,
    channel,
    complaints,
    open: (path, options) => openPage(browser, hub, path, complaints, options ?? {}, true),
    openSignedOut: (path) => openPage(browser, hub, path, [], {}, false),
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
  path: string,
  complaints: string[],
  options: BrowserContextOptions,
  signedIn: boolean,
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  })
  context.setDefaultTimeout(15_000)
  if (signedIn) {
    const answer = await context.request.post(`${hub.url}/sign_in`, { data: hub.admin, headers: { origin: hub.url } })
    if (!answer.ok()) throw new Error(`sign-in: ${answer.status()} ${await answer.text()}`)
  }
  const page = await context.newPage()
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error.stack)))
  await page.goto(`${hub.url}/app${path}`)
  return page
}
