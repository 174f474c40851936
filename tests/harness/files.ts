import type { Answer, EmptyHub } from './hub.ts'

/** A form as fetch sends it: each value is a text, or a file with its name and type. */
export function formOf(fields: [name: string, value: string | File][]): FormData {
  const form = new FormData()
  for (const [name, value] of fields) {
    if (typeof value === 'string') form.append(name, value)
    else form.append(name, value, value.name)
  }
  return form
}

export function fileOf(name: string, bytes: string | Buffer, type = 'application/octet-stream'): File {
  return new File([typeof bytes === 'string' ? bytes : new Uint8Array(bytes)], name, { type })
}

/** Sends a form as multipart/form-data. `as`: the value of Authorization, or a session's cookie. */
export async function sendForm(
  hub: Pick<EmptyHub, 'url'>,
  path: string,
  as: string,
  form: FormData,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const who: Record<string, string> = as.includes('portico_session=')
    ? { cookie: as, origin: new URL(hub.url).origin }
    : { authorization: as }
  const response = await fetch(hub.url + path, { method: 'POST', headers: { ...who, ...headers }, body: form })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: text ? JSON.parse(text) : null }
}

/** Uploads a file to be attached later. */
export async function upload(
  hub: Pick<EmptyHub, 'url'>,
  as: string,
  bytes: string | Buffer,
  name = 'a.txt',
  type = 'text/plain',
) {
  const answer = await sendForm(hub, '/attachments', as, formOf([['attachment', fileOf(name, bytes, type)]]))
  if (answer.status !== 201) throw new Error(`upload: ${answer.status} ${answer.text}`)
  return answer.body as { id: string; url: string; filename: string; content_type: string; size: number }
}
