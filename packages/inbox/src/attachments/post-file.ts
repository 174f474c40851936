import { ApiError, HubNotReached } from '../api/errors.ts'
import type { Attachment } from '../api/types.ts'
import { s } from '../strings/strings.ts'

interface FileToPost {
  name: string
  type: string
  bytes: Blob
}

/** After so long without progress a connection is taken for dead. */
const stalledAfterMs = 60_000

/** Sends a file to the hub. fetch tells nothing of how far a body is. Throws ApiError or HubNotReached. */
export function postFile(
  file: FileToPost,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Attachment> {
  return new Promise((resolve, reject) => {
    const exchange = new XMLHttpRequest()
    exchange.open('POST', '/attachments')
    exchange.setRequestHeader('accept', 'application/json')
    exchange.responseType = 'json'
    const notReached = () => reject(new HubNotReached(s.errors.notReached))
    const giveUp = () => {
      notReached()
      exchange.abort()
    }
    let timer = setTimeout(giveUp, stalledAfterMs)
    exchange.upload.onprogress = ({ loaded, total }) => {
      clearTimeout(timer)
      timer = setTimeout(giveUp, stalledAfterMs)
      onProgress(total > 0 ? loaded / total : 0)
    }
    exchange.onloadend = () => clearTimeout(timer)
    exchange.onload = () => {
      const answer = exchange.response as (Attachment & { _error?: Partial<Refusal> }) | null
      if (exchange.status === 201 && answer?.id) resolve(answer)
      else reject(refusal(exchange.status, answer?._error))
    }
    exchange.onerror = notReached
    // a browser breaks a request off by itself when its page is left
    exchange.onabort = () => (signal.aborted ? reject(signal.reason) : notReached())
    signal.addEventListener('abort', () => exchange.abort())
    const form = new FormData()
    form.append('attachment', new Blob([file.bytes], { type: file.type }), file.name)
    exchange.send(form)
  })
}

interface Refusal {
  code: string
  message: string
  details: string[]
}

function refusal(status: number, envelope: Partial<Refusal> | undefined): ApiError {
  const { code = String(status), message = s.errors.unreadable(status), details = [] } = envelope ?? {}
  return new ApiError({ status, code, message, details, isForeign: envelope === undefined })
}
