import { openDatabase } from '@portico/hub/database'
import { issueChannelToken, publicId } from '@portico/protocol'
import { createApiToken } from '../packages/hub/src/api-tokens/api-tokens.ts'
import { startCluster } from '../tests/harness/cluster.ts'
import { startServer } from './inbound.ts'
import { numbers, type Population, populate, uidOf } from './population.ts'
import { type BenchOptions, type Row, round } from './report.ts'

const population: Population = { companies: 1, channels: 1, conversations: 1 }
const size = 900_000
const fill = (unit: string) => unit.repeat(size / unit.length)

/** Bodies that parsers, sanitisers and converters are slow at. */
const shapes: Record<string, string> = {
  div: fill('<div>'),
  table: fill('<table><tr><td>x'),
  list: fill('<ul><li>x'),
  b: fill('<b>x</b>'),
  blockquote: fill('<blockquote>x'),
  link: fill('<a href=x>x'),
  attributes: `<p ${Array.from({ length: 100_000 }, (_, i) => `a${i}=x`).join(' ')}>x</p>`,
  style: fill('<p style="color:red;margin:0">x</p>'),
  css: `<p style="${fill('color:red;')}">x</p>`,
  '<': fill('<'),
  '&': fill('&'),
  entities: fill('&#128512;&nbsp;'),
  comments: fill('<!--'),
  svg: fill('<svg><path d="x">'),
  lines: fill('x<br>'),
  paragraphs: fill('<p>x</p>'),
}

/** Measures the longest block of the hub's event loop while the worst bodies of 900 kB are received and read; the baseline is as much plain text. */
export async function* run({ quick }: BenchOptions): AsyncGenerator<Row> {
  const rounds = quick ? 1 : 3
  const cluster = await startCluster()
  try {
    const { url, secret, masterKey } = await populate(cluster, population)
    const db = openDatabase({ connection: { connectionString: url } })
    const { token } = await createApiToken(db, 1, 'bench')
    await db.close()
    const hub = await startServer(url, masterKey, true)
    const use = (body: string) => pushAndRead(hub.port, secret, token, body)
    try {
      // warm up, so that compilation is not measured
      for (const body of [fill('word '), ...Object.values(shapes)]) await use(`<p>x</p>${body}`)
      await hub.longestBlockMs()
      for (let n = 0; n < rounds * 4; n++) await use(fill('word '))
      const baseline = await hub.longestBlockMs()
      let [worst, longest] = ['', 0]
      for (const [shape, body] of Object.entries(shapes)) {
        for (let n = 0; n < rounds; n++) await use(`<p>x</p>${body}`)
        const blocked = await hub.longestBlockMs()
        if (blocked > longest) [worst, longest] = [shape, blocked]
      }
      yield {
        name: 'bodies',
        variant: `event loop, ${Object.keys(shapes).length} worst shapes of HTML`,
        value: round(longest),
        unit: 'ms longest block',
        baseline: round(baseline),
        ratio: round(longest / baseline),
        note: `each ${size / 1000} kB body pushed and read ${rounds} times; the longest: ${worst}; baseline: as much plain text`,
      }
    } finally {
      await hub.stop()
    }
  } finally {
    await cluster.stop()
  }
}

let count = 0
async function pushAndRead(port: number, secret: string, token: string, body: string): Promise<void> {
  const channelId = publicId('cha', 1, numbers.channel)
  const url = `http://127.0.0.1:${port}`
  const metadata = { external_id: `bodies-${count++}`, external_conversation_id: 'v0' }
  const answer = await fetch(`${url}/channels/${channelId}/inbound_messages`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${issueChannelToken({ secret, uid: uidOf(1), channelId })}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ sender: { handle: 'h0-0' }, body, metadata }),
  })
  if (answer.status !== 202) throw new Error(`the hub answered ${answer.status}: ${await answer.text()}`)
  const { message_uid } = (await answer.json()) as { message_uid: string }
  const read = await fetch(`${url}/messages/alt:uid:${message_uid}`, { headers: { authorization: `Bearer ${token}` } })
  if (read.status !== 200) throw new Error(`the hub answered ${read.status}`)
  await read.arrayBuffer()
}
