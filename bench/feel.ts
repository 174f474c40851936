import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { build } from 'vite'
import { type BrowserFixture, openBrowserFixture } from '../tests/browser/browser.ts'
import { HubRequests, withoutIds } from '../tests/browser/hub-requests.ts'
import { addConversations } from './feel-population.ts'
import { type Effect, type Feeling, installProbe } from './feel-probe.ts'
import { type BenchOptions, median, percentile, type Row, round } from './report.ts'

/**
 * From a key's event to the paint that shows its effect, in Chromium with the CPU slowed down four times, beside an empty React list
 * that only moves its highlight. All kinds of keys and the baseline take turns. A key is pressed when what the one before asked
 * for was answered a while ago, as somebody does who reads.
 */

const kinds = ['j', 'k', 'e', 'open', 'Ctrl-K', 'send'] as const
type Kind = (typeof kinds)[number]

/** A key is fast enough within 50 ms, or within so many times the baseline. */
const goals: Record<Kind, number | null> = { j: 2, k: 2, e: 2, open: 3, 'Ctrl-K': null, send: 2 }

/** The wait after an effect: together longer than the page waits before it counts again (`recountSoon`). */
const quietMs = 250

const effectTimeoutMs = 30_000

interface Pressed extends Feeling {
  asked: string[]
}

type Pressings = Record<Kind | 'baseline', Pressed[]>

export async function* run({ quick }: BenchOptions): AsyncGenerator<Row> {
  const [conversations, rounds] = quick ? [2_000, 1] : [20_000, 4]
  const fixture = await openBrowserFixture()
  const requests = new HubRequests(Number(new URL(fixture.hub.url).port))
  try {
    await addConversations(fixture.hub, conversations)
    const inbox = await openInbox(fixture)
    const baseline = await openBaseline(inbox)
    const pressings: Pressings = { baseline: [], j: [], k: [], e: [], open: [], 'Ctrl-K': [], send: [] }
    await pressAll(new Desk(inbox, requests), baseline, 2)
    for (let n = 0; n < rounds; n++) {
      const one = await pressAll(new Desk(inbox, requests), baseline, 10)
      for (const [kind, pressed] of Object.entries(one)) pressings[kind as Kind].push(...pressed)
    }
    if (fixture.consoleErrors.length > 0) throw new Error(fixture.consoleErrors.join('\n'))
    for (const kind of kinds) yield rowOf(kind, pressings, conversations)
  } finally {
    requests.end()
    await fixture.close()
  }
}

async function pressAll(desk: Desk, baseline: Page, times: number): Promise<Pressings> {
  await desk.openUnread()
  const repeat = async (press: (n: number) => Promise<Pressed>) => {
    const all: Pressed[] = []
    for (let n = 0; n < times; n++) all.push(await press(n))
    return all
  }
  return {
    baseline: await repeat((n) => pressBaseline(baseline, n)),
    // each thread for the first time, the next one ready because it is the next
    j: await repeat(() => desk.step('j', 1)),
    e: await repeat(() => desk.archive()),
    open: await repeat(() => desk.open()),
    k: await repeat(() => desk.step('k', -1)),
    'Ctrl-K': await repeat(() => desk.commandBar()),
    send: await repeat((n) => desk.send(`Answer ${n}: we asked the carrier, and it comes today.`)),
  }
}

const row = (id: string) => `article[data-id="${id}"]`
const highlighted = (id: string): Effect => ({ there: [`${row(id)}[data-open]`] })
const threadOf = (name: string): Effect => ({ there: ['#messages article'], text: ['h1', name] })

/** Somebody who works through the inbox with the keys. */
class Desk {
  readonly #page: Page
  readonly #requests: HubRequests

  constructor(page: Page, requests: HubRequests) {
    this.#page = page
    this.#requests = requests
  }

  async step(key: 'j' | 'k', by: 1 | -1): Promise<Pressed> {
    const next = await this.#row(by)
    return await this.#press(key, [highlighted(next.id), threadOf(next.name)])
  }

  async archive(): Promise<Pressed> {
    const [open, next] = [await this.#row(0), await this.#row(1)]
    return await this.#press('e', [{ ...highlighted(next.id), gone: [row(open.id)] }, threadOf(next.name)])
  }

  /** The row below, from the list alone. */
  async open(): Promise<Pressed> {
    const next = await this.#row(1)
    await this.#page.keyboard.press('Escape')
    await this.#requests.rest(quietMs)
    await this.#page.keyboard.press('j')
    await this.#requests.rest(quietMs)
    return await this.#press('Enter', [threadOf(next.name)])
  }

  async commandBar(): Promise<Pressed> {
    const pressed = await this.#press(
      'k',
      [{ there: ['dialog[open] [role="combobox"]', '[role="option"]'] }],
      'Control+k',
    )
    await this.#page.keyboard.press('Escape')
    await this.#requests.rest(quietMs)
    return pressed
  }

  /** Selects the next conversation: the replied one moved to the top. */
  async send(text: string): Promise<Pressed> {
    await this.#openInSight('article:not([data-open])')
    await this.#page.keyboard.press('r')
    await this.#page.keyboard.insertText(text)
    await this.#requests.rest(quietMs)
    return await this.#press('Enter', [{ there: ['#composer:placeholder-shown'], text: ['#messages', text] }])
  }

  /** Further down the list, if there is none in sight. */
  async openUnread(): Promise<void> {
    for (let pages = 0; pages < 200; pages++) {
      if (await this.#openInSight('article[data-unread]')) return
      // at once: a wheel would scroll on while the row is opened
      await this.#page.evaluate(() => document.querySelector('[role="feed"]')?.parentElement?.scrollBy(0, 300))
      await this.#requests.rest(quietMs)
    }
    throw new Error('no unread conversation came into sight')
  }

  async #openInSight(selector: string): Promise<boolean> {
    const found = await this.#page.evaluate((wanted) => {
      const list = document.querySelector('[role="feed"]')?.parentElement?.getBoundingClientRect()
      const rows = [...document.querySelectorAll<HTMLElement>(`[role="feed"] ${wanted}`)]
        .map((row) => ({ row, top: row.getBoundingClientRect().top }))
        .sort((a, b) => a.top - b.top)
      const first = rows.find(({ row, top }) => top > (list?.top ?? 0) && !row.textContent.includes('Answer '))
      if (!first || first.top + 72 > (list?.bottom ?? 0)) return null
      // here, before an event moves it from under the pointer
      first.row.querySelector('a')?.click()
      return first.row.querySelector('a bdi')?.textContent ?? ''
    }, selector)
    if (found === null) return false
    await this.#page.locator('h1', { hasText: found }).waitFor()
    await this.#requests.rest(quietMs)
    return true
  }

  async #press(key: string, effects: Effect[], keys = key): Promise<Pressed> {
    this.#requests.take()
    const feeling = await feel(this.#page, key, effects, keys)
    await this.#requests.rest(quietMs)
    return { ...feeling, asked: this.#requests.take().map(withoutIds) }
  }

  /** The row so many below that of the open conversation; the first while none is open. */
  #row(by: number): Promise<{ id: string; name: string }> {
    return this.#page.evaluate((steps) => {
      const open = document.querySelector('article[data-open]')
      const position = Number(open?.getAttribute('aria-posinset') ?? 1) + steps
      const found = document.querySelector<HTMLElement>(`article[aria-posinset="${position}"]`)
      if (!found) {
        const shown = [...document.querySelectorAll('article[aria-posinset]')].map((row) => row.ariaPosInSet)
        const scroller = document.querySelector('[role="feed"]')?.parentElement
        throw new Error(
          `row ${position} is not rendered: ${shown.join(' ')} are, at ${scroller?.scrollTop} of ${scroller?.scrollHeight}`,
        )
      }
      return { id: found.dataset.id ?? '', name: found.querySelector('a bdi')?.textContent ?? '' }
    }, by)
  }
}

async function feel(page: Page, key: string, effects: Effect[], keys: string): Promise<Feeling> {
  await page.evaluate(
    ([name, wanted]) => {
      window.felt = window.feel(name, wanted)
    },
    [key, effects] as const,
  )
  await page.keyboard.press(keys)
  return await Promise.race([page.evaluate(() => window.felt), noEffect(page, key, effects)])
}

async function noEffect(page: Page, key: string, effects: Effect[]): Promise<never> {
  await wait(effectTimeoutMs, undefined, { ref: false })
  const seen = await page.evaluate(() => document.body.innerText.slice(0, 1_000))
  throw new Error(
    `${key} had no effect in ${effectTimeoutMs / 1_000} s: ${JSON.stringify(effects)}; the page says: ${seen}`,
  )
}

async function pressBaseline(page: Page, n: number): Promise<Pressed> {
  await page.waitForTimeout(100)
  const at = await page.evaluate(() => Number(document.querySelector<HTMLElement>('[data-open]')?.dataset.id))
  if (Number.isNaN(at)) throw new Error(`the baseline has no highlight at ${n}`)
  return { ...(await feel(page, 'j', [highlighted(String((at + 1) % 20))], 'j')), asked: [] }
}

async function openInbox(fixture: BrowserFixture): Promise<Page> {
  const page = await fixture.open('/')
  await page.locator('[role="feed"] article').first().waitFor()
  await page.evaluate(installProbe)
  await slowDown(page)
  return page
}

/** Opens a separate browser context, so that the two share no process. */
async function openBaseline(beside: Page): Promise<Page> {
  const context = await beside.context().browser()?.newContext({ viewport: beside.viewportSize() })
  if (!context) throw new Error('the browser is closed')
  const page = await context.newPage()
  await page.setContent(`<div id="root"></div><style>article { height: 36px } [data-open] { background: #eef }</style>`)
  await page.addScriptTag({ content: await bundle('feel-baseline.ts'), type: 'module' })
  await page.locator('[data-open]').waitFor()
  await page.evaluate(installProbe)
  await slowDown(page)
  return page
}

async function slowDown(page: Page): Promise<void> {
  const devTools = await page.context().newCDPSession(page)
  await devTools.send('Emulation.setCPUThrottlingRate', { rate: 4 })
}

/** Built as the inbox is. */
async function bundle(file: string): Promise<string> {
  const built = await build({
    configFile: false,
    root: import.meta.dirname,
    logLevel: 'silent',
    build: { write: false, rolldownOptions: { input: join(import.meta.dirname, file) } },
  })
  const output = 'output' in built ? built.output : []
  const [chunk] = output
  if (chunk?.type !== 'chunk') throw new Error(`${file} was not built`)
  return chunk.code
}

function rowOf(kind: Kind, pressings: Pressings, conversations: number): Row {
  const pressed = pressings[kind]
  const times = (all: Pressed[], effect = 0) => all.map(({ shown }) => shown[effect] ?? 0)
  const baseline = percentile(times(pressings.baseline), 0.75)
  const value = percentile(times(pressed), 0.75)
  return {
    name: 'feel',
    variant: kind,
    value: round(value, 0),
    unit: 'ms p75',
    baseline: round(baseline, 0),
    ratio: round(value / baseline),
    p50_ms: round(median(times(pressed)), 0),
    note: [
      verdict(goals[kind], value, baseline),
      ...(pressed[0]?.shown[1] === undefined ? [] : [`thread p75 ${round(percentile(times(pressed, 1), 0.75), 0)} ms`]),
      `first paint p75 ${percentile(
        pressed.map(({ firstPaint }) => firstPaint),
        0.75,
      )} ms (Event Timing)`,
      perKey(pressed),
      `${pressed.length} keys, CPU 4 × slower, ${conversations.toLocaleString('en')} conversations, production build`,
      `baseline: an empty React list that moves its highlight, p50 ${round(median(times(pressings.baseline)), 0)} ms`,
    ].join('; '),
  }
}

function verdict(goal: number | null, value: number, baseline: number): string {
  if (goal === null) return 'no goal'
  const isReached = value <= 50 || value <= goal * baseline
  return `${isReached ? 'reaches' : 'misses'} the goal of 50 ms or ${goal} × the baseline`
}

function perKey(pressed: Pressed[]): string {
  const counts = new Map<string, number>()
  for (const request of pressed.flatMap(({ asked }) => asked)) counts.set(request, (counts.get(request) ?? 0) + 1)
  const total = pressed.reduce((sum, { asked }) => sum + asked.length, 0)
  const list = [...counts].map(([what, times]) => `${what} ${round(times / pressed.length)}`)
  return `${round(total / pressed.length)} requests a key${list.length > 0 ? ` (${list.join(', ')})` : ''}`
}
