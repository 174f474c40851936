import assert from 'node:assert/strict'
import { it } from 'node:test'
import { readServerEvents } from './server-events.ts'

async function read(...parts: (string | Uint8Array)[]) {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const part of parts) controller.enqueue(typeof part === 'string' ? encoder.encode(part) : part)
      controller.close()
    },
  })
  const events = []
  for await (const event of readServerEvents(body)) events.push(event)
  return events
}

it('events are read across chunk boundaries, also inside a character', async () => {
  const bytes = new TextEncoder().encode('event: refused\ndata: {"m":"größer 🔑"}\n\nevent: saved\ndata: {}\n\n')
  const expected = [
    { event: 'refused', data: '{"m":"größer 🔑"}' },
    { event: 'saved', data: '{}' },
  ]
  for (let cut = 0; cut <= bytes.length; cut++) {
    assert.deepEqual(await read(bytes.slice(0, cut), bytes.slice(cut)), expected)
  }
})

it('an incomplete event is dropped', async () => {
  assert.deepEqual(await read('event: asking\ndata: {}\n\nevent: sav'), [{ event: 'asking', data: '{}' }])
})
