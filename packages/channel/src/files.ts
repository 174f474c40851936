import type { Attachment } from '@portico/protocol/wire'
import { HubRefusal, HubUnavailable } from './hub-error.ts'
import type { PushOptions } from './push-options.ts'

/**
 * Reads the bytes of an attachment as they come. Throws HubRefusal, HubUnavailable, and TypeError for a URL of another host.
 *
 * @example
 * const save = async (download: Download, { payload }: IncomingMessage) => {
 *   for (const file of payload.attachments) await writeFile(file.id, await download(file))
 * }
 */
export type Download = (attachment: Attachment, options?: PushOptions) => Promise<ReadableStream<Uint8Array>>

/** Asks the hub alone: a URL of another host gets no request, and a redirect to one gets no token. */
export function downloadFrom(hub: string, token: () => Promise<string>): Download {
  const { origin } = new URL(hub)
  return async ({ url }, { signal } = {}) => {
    if (!URL.canParse(url) || new URL(url).origin !== origin) {
      throw new TypeError(`The attachment is not at the hub (${origin}), so it was not asked for.`)
    }
    const response = await get(url, { authorization: `Bearer ${await token()}` }, signal)
    const target = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null
    if (target === null) return bytesOf(response)
    await response.body?.cancel()
    return bytesOf(await get(new URL(target, url).href, {}, signal))
  }
}

async function get(url: string, headers: Record<string, string>, signal: AbortSignal | undefined): Promise<Response> {
  try {
    return await fetch(url, { headers, redirect: 'manual', ...(signal && { signal }) })
  } catch (error) {
    signal?.throwIfAborted()
    throw new HubUnavailable(1, { cause: error })
  }
}

async function bytesOf(response: Response): Promise<ReadableStream<Uint8Array>> {
  const { ok, status, body } = response
  if (ok) return body ?? new Blob([]).stream()
  const answer = await response.json().catch(() => null)
  if (status === 429 || status >= 500) throw new HubUnavailable(1, { status })
  throw new HubRefusal(status, answer)
}

/** A message and its files as multipart/form-data, in the names that every Front-compatible host reads. */
export function formOf(message: object, files: readonly File[]): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(message)) append(form, name, value)
  for (const file of files) form.append('attachments', file, file.name)
  return form
}

function append(form: FormData, name: string, value: unknown): void {
  if (value === undefined || value === null) return
  if (typeof value !== 'object') form.append(name, String(value))
  else for (const [key, part] of Object.entries(value)) append(form, `${name}[${key}]`, part)
}
