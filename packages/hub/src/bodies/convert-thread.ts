import { parentPort } from 'node:worker_threads'
import { asStripped, type BodyFormat, convert } from './convert.ts'

/** What a thread is asked: to convert, or only to take the tags out. */
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
