import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { findings } from './axe.ts'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

const shots = process.env.PORTICO_SHOTS

let fixture: BrowserFixture
let page: Page
before(async () => {
  fixture = await openBrowserFixture({ type: { capabilities: ['buttons'] } })
  fixture.channel.server.behave = ({ body }, response) => {
    const id = `out-${body.payload.id}`
    const answer = { type: 'success', external_id: id, external_conversation_id: 'ada' }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  }
  await fixture.receive({ body: 'Is my parcel on its way?', conversation: 'ada', handle: 'ada', name: 'Ada' })
  page = await fixture.open('/')
  await page.getByRole('feed').getByRole('article', { name: /Ada/ }).getByRole('link').click()
  await field().waitFor()
})
after(() => fixture.close())

const field = (at = page) => at.getByRole('textbox', { name: /^Answer to/ })
const title = (number: number, at = page) => at.getByRole('textbox', { name: `Button ${number}`, exact: true })
const pageOf = (number: number, at = page) => at.getByRole('textbox', { name: `Page of button ${number}` })
const editor = (at = page) => at.getByRole('group', { name: 'Buttons below the message' })
const press = (name: string | RegExp, at = page) =>
  at.getByRole('button', { name, exact: typeof name === 'string' }).click()
const log = (at = page) => at.getByRole('log')
const shot = async (name: string, at = page) => shots && (await at.screenshot({ path: `${shots}/${name}.png` }))
const received = () => fixture.channel.server.messages().at(-1)?.body.payload as any
const capable = (capabilities: string[]) =>
  fixture.hub.call('PATCH', `/channel_types/${fixture.channel.typeUid}`, { capabilities })
const focused = () => page.evaluate(() => (document.activeElement as HTMLInputElement).ariaLabel)

describe('buttons of a reply', { timeout: 120_000 }, () => {
  it('are hidden until they are asked for, and written and sorted by keys alone', async () => {
    assert.equal(await editor().count(), 0)
    await press('Add quick replies')
    await title(1).waitFor()
    await page.waitForFunction(() => (document.activeElement as HTMLInputElement).ariaLabel === 'Button 1')
    await page.keyboard.type('No')
    await page.keyboard.press('Enter')
    await page.keyboard.type('Yes')
    await page.keyboard.press('Alt+ArrowUp')
    assert.deepEqual([await title(1).inputValue(), await title(2).inputValue()], ['Yes', 'No'])
    assert.equal(await focused(), 'Button 1')
    await page.keyboard.press('Escape')
    assert.equal(await field().evaluate((one) => one === document.activeElement), true)
  })

  it('are sorted and removed by touch as well, and say when there are enough', async () => {
    await press('Move button 1 down')
    assert.deepEqual([await title(1).inputValue(), await title(2).inputValue()], ['No', 'Yes'])
    for (let n = 3; n <= 10; n++) {
      await press('Add a button')
      await title(n).fill(`An answer of length${n % 10}`)
    }
    await editor().getByText('A message has 10 buttons at most.').waitFor()
    assert.equal(await page.getByRole('button', { name: 'Add a button' }).count(), 0)
    await shot('ten-1440-light')
    for (let n = 10; n >= 3; n--) await press(`Remove button ${n}`)
    await press('Move button 2 up')
    assert.equal(await editor().getByRole('textbox').count(), 2)
  })

  it('say what is wrong before they are sent', async () => {
    await title(2).fill('No, not at all, never again')
    await editor().getByText('A button has 20 characters at most. This one has 27.').waitFor()
    await field().fill('Shall we send it again?')
    await field().press('Control+Enter')
    await page.locator('#composer-note').getByText('A button has 20 characters').waitFor()
    await title(2).fill('Yes')
    await editor().getByText('Two buttons say the same.').waitFor()
    await title(2).fill('Your parcel')
    await press('Button 2 opens a page')
    await editor().getByText('Enter the address of the page').waitFor()
    await pageOf(2).fill('javascript:alert(1)')
    await editor().getByText('This is no address of a page.').waitFor()
    await pageOf(2).fill('acme.example/parcel')
    await editor().getByText('The customer gets them as buttons below your text.').waitFor()
    await field().fill('')
    await field().press('Control+Enter')
    await page.locator('#composer-note').getByText('Buttons stand below a text. Write one.').waitFor()
    assert.equal(fixture.channel.server.messages().length, 0)
    assert.deepEqual(await findings(page), [])
  })

  it('are part of the draft: on another device, after a reload, and back when they were removed by mistake', async () => {
    const phone = await fixture.open(new URL(page.url()).pathname.slice('/app'.length), {
      viewport: { width: 390, height: 844 },
      colorScheme: 'dark',
    })
    await title(2, phone).waitFor()
    assert.deepEqual(
      [await title(1, phone).inputValue(), await pageOf(2, phone).inputValue()],
      ['Yes', 'acme.example/parcel'],
    )
    await shot('draft-390-dark', phone)
    await title(1, phone).fill('Yes!')
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>('[aria-label="Button 1"]')?.value === 'Yes!',
    )
    await page.reload()
    await title(2).waitFor()
    assert.equal(await title(1).inputValue(), 'Yes!')
    await press('Remove the quick replies')
    await editor().waitFor({ state: 'detached' })
    await press(/^Undo/)
    assert.equal(await title(1).inputValue(), 'Yes!')
    await phone.context().close()
  })

  it('that two devices changed at once are kept here, and the others are shown as words', async () => {
    await page.context().setOffline(true)
    await page.getByText('You are offline').waitFor()
    await title(1).fill('Yes, here')
    const [cookie] = await page.context().cookies()
    const saved = await fetch(`${fixture.origin}/conversations/${page.url().split('/').at(-1)}/draft`, {
      method: 'PUT',
      headers: {
        'content-type': 'application/json',
        origin: fixture.origin,
        cookie: `${cookie?.name}=${cookie?.value}`,
      },
      body: JSON.stringify({ body: '', buttons: [{ id: 'x', title: 'Yes, there' }] }),
    })
    assert.equal(saved.status, 200)
    await page.context().setOffline(false)
    await page.getByText('Buttons: Yes, there').waitFor()
    assert.equal(await title(1).inputValue(), 'Yes, here')
    await press('Discard it')
    await title(1).fill('Yes')
    fixture.consoleErrors.splice(0)
  })

  it('follow the channel at once: as text where it shows no buttons', async () => {
    await capable([])
    await editor().getByText('This channel shows no buttons. The customer gets them as text:').waitFor()
    await editor().getByText('1. Yes').waitFor()
    await shot('as-text-1440-light')
    await capable(['buttons'])
    await editor().getByText('The customer gets them as buttons').waitFor()
  })

  it('are sent with the text, and come back when it is undone', async () => {
    await fixture.hub.call('PATCH', `/channels/${fixture.channel.id}`, { settings: { undo_send_time: 60 } })
    await field().fill('Shall we send it again?')
    await press('Send')
    await log().getByRole('list', { name: 'Buttons of this message' }).getByText('Yes').waitFor()
    assert.equal(await editor().count(), 0)
    await log().getByRole('button', { name: 'Undo' }).click()
    await title(2).waitFor()
    assert.equal(await field().inputValue(), 'Shall we send it again?')
    await fixture.hub.call('PATCH', `/channels/${fixture.channel.id}`, { settings: { undo_send_time: 0 } })
    await field().press('Control+Enter')
    await fixture.channel.server.until(() => received() !== undefined)
    assert.deepEqual(
      received().metadata.buttons.map(({ title, url }: any) => [title, url]),
      [
        ['Yes', undefined],
        ['Your parcel', 'https://acme.example/parcel'],
      ],
    )
    const link = log().getByRole('link', { name: 'Your parcel' })
    assert.equal(await link.getAttribute('rel'), 'noopener noreferrer')
  })

  it('say which of them the customer pressed, live, there and on the press', async () => {
    const { id } = received()
    const [{ id: button }] = received().metadata.buttons
    const push = (pressed_button: object, external_id: string, body = '') =>
      fixture.hub.call(
        'POST',
        `/channels/${fixture.channel.id}/inbound_messages`,
        {
          ...{ sender: { handle: 'ada', name: 'Ada' }, body },
          metadata: {
            ...{ external_id, external_conversation_id: 'ada', pressed_button },
            referenced_message_external_id: `out-${id}`,
          },
        },
        { token: fixture.channel.token() },
      )
    assert.equal((await push({ id: button, title: 'Yes' }, 'press-1')).status, 202)
    await log().getByText('Ada chose Yes').waitFor()
    await log().getByText('Pressed the button “Yes”').waitFor()
    assert.equal((await push({ id: 'other', title: '<b>Maybe</b>' }, 'press-2')).status, 202)
    await log().getByText('Pressed a button that no message here has: <b>Maybe</b>').waitFor()
    await shot('pressed-1440-light')
    assert.deepEqual(await findings(page), [])
  })

  it('stand in the thread as the customer got them from a channel without buttons', async () => {
    await capable([])
    await field().fill('And now?')
    await press('Add quick replies')
    await title(1).fill('Wait')
    await field().press('Control+Enter')
    await log().getByText('The channel shows this no other way, so the customer gets it as text:').waitFor()
    await fixture.channel.server.until(() => received()?.text === 'And now?\n\n1. Wait')
    await shot('fallback-1440-light')
    assert.deepEqual(fixture.consoleErrors, [])
  })

  it('start a conversation', async () => {
    await page.goto(`${fixture.origin}/app/new`)
    await page.getByLabel('To').fill('eva')
    await page.getByLabel('Message').fill('Good morning. Is it right?')
    await press('Add quick replies')
    await title(1).fill('It is')
    await editor().getByText('1. It is').waitFor()
    await shot('new-1440-light')
    await press('Send')
    await page.waitForURL(/\/cnv_/)
    await fixture.channel.server.until(() => received()?.text === 'Good morning. Is it right?\n\n1. It is')
  })
})
