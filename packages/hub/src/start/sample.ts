import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { connectDemo, type DemoDeps, prepareDemo, type SampleChannel } from '../demo/demo.ts'
import type { Settings } from '../settings/settings.ts'

/** The sample channel as a process of its own. It ends when the hub that started it ends, because its stdin closes. */
export interface RunningSample {
  /** The customer's page. */
  url: string
  stop(): Promise<void>
}

const program = join(import.meta.dirname, '../../../../channels/sample/src/main.ts')

/** Makes the demo on an empty database and connects the sample channel. Null where there are other companies. */
export async function startDemo(deps: DemoDeps, settings: Settings, hubUrl: string): Promise<RunningSample | null> {
  const beside = Number(new URL(hubUrl).port || 80) + 1
  const sample = await prepareDemo(deps, channelAddress(`http://127.0.0.1:${beside}`))
  if (!sample) return null
  const running = await startSample(sample, settings.dataDirectory, hubUrl)
  await connectDemo(deps, channelAddress(running.url))
  return running
}

function channelAddress(url: string): string {
  return `${url.replace(/\/$/, '')}/front`
}

/** The port at which it listened before, or any when that is taken. */
async function startSample(sample: SampleChannel, dataDirectory: string, hubUrl: string): Promise<RunningSample> {
  const env = {
    PATH: process.env.PATH,
    PORTICO_URL: hubUrl,
    PORTICO_APP_UID: sample.uid,
    PORTICO_APP_SECRET: sample.secret,
    PORTICO_SAMPLE_DATA: join(dataDirectory, 'sample-channel.json'),
  }
  const { port } = new URL(sample.serverUrl)
  return launch({ ...env, PORT: port }).catch(() => launch({ ...env, PORT: '0' }))
}

async function launch(env: NodeJS.ProcessEnv): Promise<RunningSample> {
  const child = spawn(process.execPath, [program], { env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] })
  child.on('error', () => {})
  child.stdin?.on('error', () => {})
  let words = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-2_000)
  })
  const url = await Promise.race([readyLine(child), once(child, 'exit').then(() => null)])
  if (url === null) throw new Error(`the sample channel did not start: ${words.trim()}`)
  return { url, stop: () => stop(child) }
}

async function readyLine({ stdout }: ChildProcess): Promise<string | null> {
  if (!stdout) return null
  for await (const line of createInterface({ input: stdout })) {
    const said = JSON.parse(line) as { ready?: boolean; url: string }
    if (said.ready) {
      stdout.resume()
      return said.url
    }
  }
  return null
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), 1_000)
  await ended
  clearTimeout(force)
}
