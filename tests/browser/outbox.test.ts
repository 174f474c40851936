import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

const composer = (page: Page) => page.getByRole('textbox', { name: /^Answer to/ })
const openRow = async (page: Page, name: string) => {
  await page
    .getByRole('feed')
    .getByRole('article', { name: new RegExp(name) })
    .getByRole('link')
    .click()
  await composer(page).waitFor()
}
const sendReply = async (page: Page, text: string) => {
  await composer(page).fill(text)
  await composer(page).press('Enter')
}
const failOnce = async (page: Page, url: string, method: string) => {
  let failures = 1
  await page.route(url, (route) =>
    route.request().method() === method && failures-- > 0 ? route.abort('connectionreset') : route.fallback(),
  )
}

for (const plainHttp of [false, true]) {
  describe(`replies in the outbox${plainHttp ? ', over plain http' : ''}`, { timeout: 90_000 }, () => {
    let fixture: BrowserFixture
    let page: Page
    const received = () => fixture.channel.server.messages().map(({ body }) => body.payload.text)
    const until = (condition: () => boolean) => fixture.channel.server.until(condition)
    const thread = async () => {
      const { body } = await fixture.hub.call('GET', `/conversations/${page.url().split('/').at(-1)}/messages`)
      return body._results.toReversed().map(({ text }: { text: string }) => text)
    }
    before(async () => {
      fixture = await openBrowserFixture({}, { plainHttp })
      await fixture.receive({ body: 'Hello', conversation: 'ivo', handle: 'ivo', name: 'Ivo' })
      page = await fixture.open('/')
      await openRow(page, 'Ivo')
    })
    after(() => fixture.close())

    it('are stored without a secure context, and only then leave the composer', async () => {
      assert.equal(await page.evaluate('isSecureContext'), !plainHttp)
      await sendReply(page, 'First of all')
      await until(() => received().length === 1)
      assert.equal(await composer(page).inputValue(), '')
      assert.deepEqual(
        fixture.consoleErrors.filter((consoleError) => !consoleError.includes('Cross-Origin-Opener-Policy')),
        [],
      )
    })

    it('are sent in the order in which they were typed, also when the first was lost once', async () => {
      const before = received().length
      await failOnce(page, '**/conversations/*/messages', 'POST')
      for (const text of ['one', 'two', 'three']) await sendReply(page, text)
      await until(() => received().length === before + 3)
      assert.deepEqual(received().slice(before), ['one', 'two', 'three'])
      assert.equal(await composer(page).inputValue(), '')
    })

    it('are kept from two tabs that were closed without a response, and each sent once', async () => {
      const before = received().length
      const context = page.context()
      const second = await context.newPage()
      await second.goto(page.url())
      await composer(second).waitFor()
      await context.setOffline(true)
      await sendReply(page, 'from the first tab')
      await page.getByText('Not sent yet').waitFor()
      await sendReply(second, 'from the second tab')
      await second.getByText('from the second tab').waitFor()
      const url = page.url()
      await page.close()
      await second.close()
      await context.setOffline(false)
      page = await context.newPage()
      await page.goto(url)
      await until(() => received().length >= before + 2)
      assert.deepEqual(received().slice(before), ['from the first tab', 'from the second tab'])
      await page.getByText('Not sent yet').waitFor({ state: 'detached' })
      assert.deepEqual((await thread()).slice(-2), ['from the first tab', 'from the second tab'])
    })

    it('are requested once each with several open tabs', async () => {
      const context = page.context()
      const second = await context.newPage()
      await second.goto(page.url())
      await composer(second).waitFor()
      const posts: string[] = []
      context.on('request', (request) => {
        if (request.method() === 'POST' && request.url().endsWith('/messages')) posts.push(request.postDataJSON().body)
      })
      await sendReply(page, 'A')
      await sendReply(second, 'B')
      await sendReply(page, 'C')
      await until(() => received().includes('C') && received().includes('B'))
      // the browser tells of a request a moment after it left
      while (posts.length < 3) await page.waitForTimeout(20)
      await page.waitForTimeout(300)
      assert.deepEqual(posts.toSorted(), ['A', 'B', 'C'])
      assert.deepEqual(received().slice(-3), ['A', 'B', 'C'])
      await second.close()
    })
  })
}

describe('a browser without storage', { timeout: 60_000 }, () => {
  it('sends a reply, and its text stays in the composer until the hub has it', async () => {
    const fixture = await openBrowserFixture()
    try {
      await fixture.receive({ body: 'Hello', conversation: 'ivo', handle: 'ivo', name: 'Ivo' })
      const page = await fixture.open('/')
      await openRow(page, 'Ivo')
      await page.evaluate(() => {
        Storage.prototype.setItem = () => {
          throw new DOMException('full', 'QuotaExceededError')
        }
      })
      await failOnce(page, '**/conversations/*/messages', 'POST')
      await composer(page).pressSequentially('Nothing is kept here')
      await composer(page).press('Enter')
      await page.getByText('Not sent yet').waitFor()
      assert.equal(await composer(page).inputValue(), 'Nothing is kept here')
      await fixture.channel.server.until(() => fixture.channel.server.messages().length === 1)
      await page.waitForFunction(() => document.querySelector<HTMLTextAreaElement>('#composer')?.value === '')
      assert.equal(fixture.channel.server.messages().length, 1)
    } finally {
      await fixture.close()
    }
  })
})

describe('a reply that cannot be sent at all', { timeout: 60_000 }, () => {
  it('stays in the composer with the reason, or is reported in the next conversation', async () => {
    const fixture = await openBrowserFixture()
    try {
      for (const name of ['Ivo', 'Eva'])
        await fixture.receive({ body: 'Hello', conversation: name, handle: name, name })
      const page = await fixture.open('/')
      await openRow(page, 'Ivo')
      await page.evaluate(() => {
        const original = crypto.getRandomValues
        crypto.getRandomValues = () => {
          crypto.getRandomValues = original
          throw new Error('no randomness')
        }
      })
      await sendReply(page, 'Kept')
      await page.getByText('This was not sent. no randomness').waitFor()
      assert.equal(await composer(page).inputValue(), 'Kept')
      await page.route('**/conversations/*/messages', (route) =>
        route.request().method() === 'POST'
          ? route.fulfill({ status: 403, json: { _error: { status: 403, title: 'No', message: 'Not from here.' } } })
          : route.fallback(),
      )
      await composer(page).press('Control+Shift+Enter')
      const notices = page.getByRole('region', { name: 'Notices' })
      await notices.getByText('This was not sent. Not from here.').waitFor()
      await openRow(page, 'Ivo')
      await page.waitForFunction(() => document.querySelector<HTMLTextAreaElement>('#composer')?.value === 'Kept')
      const { body } = await fixture.hub.call('GET', '/conversations')
      assert.ok(body._results.every(({ status }: { status: string }) => status === 'unassigned'))
    } finally {
      await fixture.close()
    }
  })
})

describe('the error in the composer', { timeout: 90_000 }, () => {
  let fixture: BrowserFixture
  let page: Page
  const posts = '**/conversations/*/messages'
  before(async () => {
    fixture = await openBrowserFixture()
    await fixture.receive({ body: 'Hello', conversation: 'ivo', handle: 'ivo', name: 'Ivo' })
    page = await fixture.open('/')
    await openRow(page, 'Ivo')
  })
  after(() => fixture.close())

  it('disappears when the reply is sent again', async () => {
    let releaseResponse = () => {}
    const released = new Promise<void>((resolve) => {
      releaseResponse = resolve
    })
    let tries = 0
    await page.route(posts, async (route) => {
      if (route.request().method() !== 'POST') return route.fallback()
      if (tries++ === 0)
        return route.fulfill({ status: 403, json: { _error: { status: 403, title: 'No', message: 'Not from here.' } } })
      await released
      await route.fallback()
    })
    await sendReply(page, 'Once more')
    await page.getByText('This was not sent. Not from here.').waitFor()
    await composer(page).press('Enter')
    await page.getByRole('article').getByText('Sending…').waitFor()
    assert.equal(await page.getByText('This was not sent').count(), 0)
    releaseResponse()
    await page.getByRole('button', { name: /^Sent/ }).waitFor()
    await page.unroute(posts)
  })

  it('does not claim a refusal when the page failed after the request was sent', async () => {
    await composer(page).fill('On its way all the same')
    await page.evaluate(() => {
      const original = window.setTimeout
      // the draft that was emptied is saved after this rest
      window.setTimeout = ((work: () => void, ms?: number) => {
        if (ms !== 600) return original(work, ms)
        window.setTimeout = original
        throw new Error('no timers')
      }) as typeof window.setTimeout
    })
    await composer(page).press('Enter')
    await page.getByRole('log').getByText('On its way all the same').waitFor()
    await fixture.channel.server.until(() => fixture.channel.server.messages().length === 2)
    assert.equal(await page.getByText('This was not sent').count(), 0)
  })
})

describe('an item that this page cannot handle', { timeout: 90_000 }, () => {
  let fixture: BrowserFixture
  let page: Page
  const received = () => fixture.channel.server.messages().map(({ body }) => body.payload.text)
  before(async () => {
    fixture = await openBrowserFixture()
    await fixture.receive({ body: 'Hello', conversation: 'ivo', handle: 'ivo', name: 'Ivo' })
    page = await fixture.open('/')
    await openRow(page, 'Ivo')
  })
  after(() => fixture.close())

  it('is reported, stays on this device and blocks nothing when its kind is of a newer version', async () => {
    const conversation = page.url().split('/').at(-1)
    const me = await page.evaluate(async () => (await (await fetch('/me/teammate')).json()).id)
    assert.match(me, /^tea_/)
    const stored = await page.evaluate(
      ([conversationId, me]) => {
        const item = { kind: 'of_tomorrow', tab: 'closed', key: 'k', order: 1, conversationId }
        const name = `portico.${me}.outbox.${conversationId}.1.k`
        localStorage.setItem(name, JSON.stringify(item))
        return name
      },
      [conversation, me],
    )
    await page.reload()
    await page.getByText('in a newer version of Portico').waitFor()
    await sendReply(page, 'After it')
    await fixture.channel.server.until(() => received().includes('After it'))
    assert.ok(await page.evaluate((name) => localStorage.getItem(name), stored))
    await page.evaluate((name) => localStorage.removeItem(name), stored)
  })

  it('is not reported as a lost connection, and is sent by a retry', async () => {
    await page.evaluate(() => {
      const original = window.fetch
      window.fetch = (target, init) => {
        if (init?.method !== 'POST' || !String(target).endsWith('/messages')) return original(target, init)
        window.fetch = original
        return Promise.resolve({ ok: true, status: 200 } as Response)
      }
    })
    await sendReply(page, 'Broke on its way')
    await page.getByText('this page broke').first().waitFor()
    assert.equal(await page.getByText('no connection').count(), 0)
    await sendReply(page, 'The one behind it')
    await fixture.channel.server.until(() => received().includes('The one behind it'))
    await page.getByRole('log').getByRole('button', { name: 'Try again' }).click()
    await fixture.channel.server.until(() => received().includes('Broke on its way'))
    await page.getByRole('button', { name: 'Try again' }).waitFor({ state: 'detached' })
  })
})

describe('a change without a connection', { timeout: 60_000 }, () => {
  let fixture: BrowserFixture
  let page: Page
  const row = (name: string) => page.getByRole('feed').getByRole('article', { name: new RegExp(name) })
  const conversations = async () => {
    const { body } = await fixture.hub.call('GET', '/conversations')
    return new Map<string, { status: string; assignee: { id: string } | null }>(
      body._results.map((result: { recipient: { name: string } }) => [result.recipient.name, result]),
    )
  }
  const until = async (condition: () => Promise<boolean>) => {
    while (!(await condition())) await page.waitForTimeout(50)
  }
  before(async () => {
    fixture = await openBrowserFixture()
    for (const name of ['Ann', 'Bob', 'Cem', 'Dan']) {
      await fixture.receive({ body: 'Hello', conversation: name, handle: name, name })
    }
    page = await fixture.open('/')
    await openRow(page, 'Ann')
    await page.locator('article[data-open]:not([data-unread])').waitFor({ state: 'attached' })
    await composer(page).press('Escape')
  })
  after(() => fixture.close())

  it('waits on this device with a notice, and reaches the hub in order', async () => {
    await page.context().setOffline(true)
    await page.getByText('You are offline').waitFor()
    await page.keyboard.press('m')
    await page.keyboard.press('e')
    await page.getByText('Archived. Waits on this device for the connection.').waitFor()
    await page.getByText(/\d changes wait on this device/).waitFor()
    await row('Ann').waitFor({ state: 'detached' })
    assert.equal((await conversations()).get('Ann')?.status, 'unassigned')
    await page.context().setOffline(false)
    await until(async () => (await conversations()).get('Ann')?.status === 'archived')
    assert.ok((await conversations()).get('Ann')?.assignee)
    assert.equal(await row('Ann').count(), 0)
    await page.getByText(/wait on this device/).waitFor({ state: 'detached' })
  })

  it('is reverted, with the reason, when the hub refuses it', async () => {
    await openRow(page, 'Bob')
    await page.route('**/conversations/cnv_*', (route) =>
      route.request().method() === 'PATCH'
        ? route.fulfill({
            status: 403,
            json: { _error: { status: 403, title: 'No', message: 'You may not do this.' } },
          })
        : route.fallback(),
    )
    await composer(page).press('Escape')
    await page.keyboard.press('e')
    await page.getByText('You may not do this.').waitFor()
    await row('Bob').waitFor()
    await page.unroute('**/conversations/cnv_*')
  })

  it('does not hide a later message of the customer', async () => {
    await page.goto(`${fixture.origin}/app/`)
    await openRow(page, 'Dan')
    await page.getByRole('log').getByText('Hello').waitFor()
    await openRow(page, 'Cem')
    await composer(page).press('Escape')
    await page.locator('article[data-open]:not([data-unread])').waitFor({ state: 'attached' })
    await page.context().setOffline(true)
    await page.getByText('You are offline').waitFor()
    await page.keyboard.press('e')
    await row('Cem').waitFor({ state: 'detached' })
    await openRow(page, 'Dan')
    await composer(page).fill('Bye')
    await composer(page).press('Control+Shift+Enter')
    await row('Dan').waitFor({ state: 'detached' })
    await fixture.receive({ body: 'And another thing', conversation: 'Dan', handle: 'Dan', name: 'Dan' })
    await fixture.receive({ body: 'One more thing', conversation: 'Cem', handle: 'Cem', name: 'Cem' })
    await page.waitForTimeout(1_500)
    await page.context().setOffline(false)
    await page.getByText('Cem wrote again meanwhile: not archived.').waitFor()
    await row('Cem').getByText('One more thing').waitFor()
    assert.equal((await conversations()).get('Cem')?.status, 'unassigned')
    await page.getByText('Dan wrote again meanwhile: not archived.').waitFor()
    await fixture.channel.server.until(() => fixture.channel.server.messages().length > 0)
    await row('Dan').waitFor()
    await until(async () => (await conversations()).get('Dan')?.status === 'unassigned')
  })

  it('shows how many of several still wait when one is refused', async () => {
    await page.route('**/stream*', (route) => route.abort())
    await page.goto(`${fixture.origin}/app/`)
    await page.getByText('Connection lost').waitFor()
    let releaseResponse = () => {}
    const released = new Promise<void>((resolve) => {
      releaseResponse = resolve
    })
    let asked = 0
    await page.route('**/conversations/cnv_*', async (route) => {
      if (route.request().method() !== 'PATCH') return route.fallback()
      if (asked++ === 0)
        return route.fulfill({ status: 403, json: { _error: { status: 403, title: 'No', message: 'Not this one.' } } })
      await released
      await route.fallback()
    })
    for (const name of ['Bob', 'Cem'])
      await row(name)
        .getByRole('button', { name: /^Select/ })
        .click()
    await page.keyboard.press('e')
    await page.getByText('Not this one.').waitFor()
    const notices = page.getByRole('region', { name: 'Notices' })
    await notices.getByText('Archived. Waits on this device for the connection.').waitFor()
    releaseResponse()
    await notices.getByText('Archived', { exact: true }).waitFor()
  })
})
