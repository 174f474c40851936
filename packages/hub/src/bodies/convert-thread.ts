import { parentPort } from 'node:worker_threads'
import { marked } from 'marked'
import { asStripped, type BodyFormat, convert } from './convert.ts'

/** The tasks of a thread: convert, only remove the tags, or make HTML of Markdown. */
export type Asked =
  | { does: 'convert'; body: string; declared: BodyFormat | undefined }
  | { does: 'strip'; body: string }
  | { does: 'markdown'; body: string }

parentPort?.postMessage({})
parentPort?.on('message', (asked: Asked) => {
  try {
    parentPort?.postMessage({ output: outputOf(asked) })
  } catch (error) {
    parentPort?.postMessage({ error: String(error) })
  }
})

function outputOf(asked: Asked) {
  switch (asked.does) {
    case 'convert':
      return convert(asked.body, asked.declared)
    case 'strip':
      return asStripped(asked.body)
    case 'markdown':
      return marked.parse(asked.body, { async: false, gfm: true, breaks: true }).trim()
  }
}
