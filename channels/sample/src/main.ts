import { once } from 'node:events'
import { fstatSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { defineChat } from './chat.ts'
import { pushUnfinished } from './customer.ts'
import { Phone, type PhoneState } from './phone.ts'
import { sampleServer } from './server.ts'
import { readSettings } from './settings.ts'
import { nowhere, readState, type StateFile, stateFile } from './state-file.ts'

try {
  await start()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

async function start(): Promise<void> {
  const settings = readSettings(process.env)
  const { phone, file } = await openPhone(settings.dataFile)
  const chat = defineChat(phone, settings)
  const server = sampleServer(phone, chat).listen(settings.port, settings.host)
  await once(server, 'listening')
  const stop = () => void file.save().finally(() => process.exit(0))
  process.once('SIGTERM', stop).once('SIGINT', stop)
  endWithParent(stop)
  pushUnfinished(phone, chat.channel)
  const { address, family, port } = server.address() as AddressInfo
  const host = family === 'IPv6' ? `[${address}]` : address
  console.log(JSON.stringify({ ready: true, url: `http://${host}:${port}` }))
}

async function openPhone(dataFile: string | null): Promise<{ phone: Phone; file: StateFile }> {
  if (!dataFile) return { phone: new Phone(), file: nowhere }
  const phone = new Phone((await readState<PhoneState>(dataFile)) ?? undefined)
  const file = stateFile(dataFile, () => phone.state)
  phone.saveTo(file)
  return { phone, file }
}

/** The parent holds the other end of stdin, which closes when the parent ends in any way. A terminal or /dev/null is not a parent. */
function endWithParent(stop: () => void): void {
  const stdin = fstatSync(0)
  if (!stdin.isFIFO() && !stdin.isSocket()) return
  process.stdin.on('error', stop).once('end', stop).resume()
}
