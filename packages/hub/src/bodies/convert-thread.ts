import { parentPort } from 'node:worker_threads'
import { asStripped, type BodyFormat, convert } from './convert.ts'

/** The tasks of a thread: convert, or only remove the tags. */
export interface Asked {
  body: string
  declared: BodyFormat | undefined
  isTooMuch: boolean
}

parentPort?.postMessage({})
parentPort?.on('message', ({ body, declared, isTooMuch }: Asked) => {
  try {
    parentPort?.postMessage({ output: isTooMuch ? asStripped(body) : convert(body, declared) })
  } catch (error) {
    parentPort?.postMessage({ error: String(error) })
  }
})
