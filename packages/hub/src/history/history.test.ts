import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'
import { spawnPortico } from '../../../../tests/harness/portico.ts'

let hub: EmptyHub
const folder = mkdtempSync(join(tmpdir(), 'portico-history-'))
before(async () => {
  hub = await startEmptyHub()
})
after(async () => {
  rmSync(folder, { recursive: true, force: true })
  await hub?.close()
})

let pushed = 0

/** A channel's push: what, when (in seconds before now), and in which conversation. */
async function push(company: StaffedCompany, text: string, of = 'thread', extra: Record<string, unknown> = {}) {
  const answer = await hub.request('POST', `/channels/${company.channelPublicId}/inbound_messages`, {
    as: company.channelToken(),
    body: {
      sender: { handle: `ivo-${of}`, name: 'Ivo' },
      body: text,
      metadata: { external_id: `m${++pushed}`, external_conversation_id: of },
      ...extra,
    },
  })
  assert.equal(answer.status, 202, answer.text)
}

async function portico(company: StaffedCompany, args: string[]) {
  const run = spawnPortico(args, { PORTICO_URL: hub.url, PORTICO_TOKEN: company.token })
  let [out, err] = ['', '']
  run.child.stdout?.on('data', (text) => {
    out += text
  })
  run.child.stderr?.on('data', (text) => {
    err += text
  })
  return { code: await run.ended, out, err }
}

async function exported(company: StaffedCompany): Promise<string> {
  const { code, out, err } = await portico(company, ['export', '-'])
  assert.equal(code, 0, err)
  return out
}

/** A company with nothing in it, whose channel has the address of the other's. */
async function emptyTwin(of: StaffedCompany, name: string): Promise<StaffedCompany> {
  const twin = await hub.addStaffedCompany(name)
  await hub.db.query('t_twin', 'update channels set address = $2 where company_id = $1', [
    twin.companyId,
    of.channelAddress,
  ])
  return twin
}

function fileWith(text: string): string {
  const path = join(folder, `${++pushed}.jsonl`)
  writeFileSync(path, text)
  return path
}

describe('export, import into an empty company, export', () => {
  it('is the same, byte by byte', async () => {
    const first = await hub.addStaffedCompany('first')
    for (const text of ['Hello', 'Are you there?']) await push(first, text)
    await push(first, '<p>Some <b>HTML</b></p>', 'other', { delivered_at: 1_700_000_000, subject: 'Offer' })
    const before = await exported(first)
    assert.equal(before.split('\n').filter((line) => line.includes('"type":"message"')).length, 3, before)
    const second = await emptyTwin(first, 'second')
    const { code, out, err } = await portico(second, ['import', fileWith(before), '--json'])
    assert.equal(code, 0, err)
    const { conversations, messages, known } = JSON.parse(out)
    assert.deepEqual({ conversations, messages, known }, { conversations: 2, messages: 3, known: 0 })
    assert.equal(await exported(second), before)
  })
})
