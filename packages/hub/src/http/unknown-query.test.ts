import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'
import { publishedOperations, shapeOf } from '../published/operations.ts'

let hub: EmptyHub
let acme: StaffedCompany
let cookie = ''
before(async () => {
  hub = await startEmptyHub()
  acme = await hub.addStaffedCompany('acme')
  cookie = await hub.signIn(acme.admin.email)
})
after(() => hub?.close())

test('a query parameter that a route of our own does not have is refused by name, and not where Front has the route', async () => {
  const published = new Set(publishedOperations.map(shapeOf))
  const mine = hub.app.routeTable.filter(
    ({ access, url }) => access !== 'public' && access.some((who) => who !== 'channel') && !/^\/downloads|\*/.test(url),
  )
  const ours = mine.filter((route) => !published.has(shapeOf(route)))
  assert.ok(ours.length > 40, String(ours.length))
  for (const { method, url, access } of ours) {
    const as = access.includes('teammate') ? cookie : acme.apiToken
    const path = url.replaceAll(/:\w+/g, 'x')
    const answer = await hub.request(method as 'GET', `${path}?period[]=1&period%5B%5D=2`, { as })
    assert.deepEqual(
      [answer.status, answer.body?._error?.code],
      [400, 'invalid_query'],
      `${method} ${url} ${answer.text}`,
    )
    assert.match(answer.body._error.details[0], /^query\.period\[\]: (is none of \w|this address takes no query)/)
  }
  for (const path of ['/inboxes', '/conversations', '/me']) {
    assert.equal((await hub.request('GET', `${path}?period[]=1`, { as: acme.apiToken })).status, 200, path)
  }
})

test('what a route does have is taken', async () => {
  const { channelPublicId } = acme
  for (const query of ['', '?period=30d', '?']) {
    const path = `/channels/${channelPublicId}/health_report${query}`
    assert.equal((await hub.request('GET', path, { as: acme.apiToken })).status, 200, query)
  }
})
