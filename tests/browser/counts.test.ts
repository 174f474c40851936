import { after, before, it } from 'node:test'
import type { Page } from 'playwright-core'
import { type BrowserFixture, openBrowserFixture } from './browser.ts'

let fixture: BrowserFixture
let page: Page
before(async () => {
  fixture = await openBrowserFixture()
  await fixture.receive({ body: 'Hello', conversation: 'ivo', handle: 'ivo', name: 'Ivo' })
  const [admin] = (await fixture.hub.call('GET', '/teammates')).body._results
  const [conversation] = (await fixture.hub.call('GET', '/conversations')).body._results
  await fixture.hub.call('PATCH', `/conversations/${conversation.id}`, { assignee_id: admin.id })
  page = await fixture.open('/settings/inboxes')
})
after(() => fixture.close())

/** Copies of the one conversation, as unread as it is. */
const add = (first: number, last: number) =>
  fixture.hub.db.query(
    't_more_conversations',
    `insert into conversations select (jsonb_populate_record(c, jsonb_build_object('id', 1000000 + n))).*
     from conversations c, generate_series($1::bigint, $2::bigint) n where c.id < 1000000`,
    [first, last],
  )
const views = async (count: string) => {
  await page.goto(`${fixture.origin}/app/settings/inboxes`)
  for (const name of ['Support', 'Assigned to me']) {
    await page.getByRole('link', { name: `${name} ${count}`, exact: true }).waitFor()
  }
}

it('the views say how much is unread beyond a hundred, and of what is too much to count that it is more', async () => {
  await views('1 unread')
  await add(1, 100)
  await views('101 unread')
  await add(101, 998)
  await views('999 unread')
  await add(999, 1_100)
  await views('more than 999 unread')
  await page.getByText('999+').first().waitFor()
  await page.goto(`${fixture.origin}/app/`)
  await page.waitForFunction(() => document.title.startsWith('(999+) '))
})
