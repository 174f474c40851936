import { STATUS_CODES } from 'node:http'
import { isRedirect, masked, plainText, readAnswer } from '../channel-requests/answer.ts'
import type { AddressRules } from '../outbound-http/addresses.ts'
import { type Answer, type CallResult, callServer } from '../outbound-http/call.ts'
import type { Client } from './client.ts'

/** The authorization server's answer, or the reason why it is unusable. */
export type FormResult =
  | { kind: 'answer'; status: number; body: Record<string, unknown> }
  /** `status`: null when no answer came. `error`: the code of RFC 6749, where it gave one. `message`: a sentence without any secret. */
  | { kind: 'refused'; status: number | null; error: string | null; message: string }

/**
 * Posts a form to the authorization server as the client: with HTTP Basic, and with the client in the body when that is not
 * taken (RFC 6749, 2.3.1). Follows no redirect. Never throws for anything that a server does.
 */
export async function postForm(
  client: Client,
  url: string,
  fields: Record<string, string>,
  allow: AddressRules,
): Promise<FormResult> {
  const withBody = { ...fields, client_id: client.id, ...(client.secret !== null && { client_secret: client.secret }) }
  const secrets = secretsOf(withBody)
  if (client.secret === null) return resultOf(await post(client, url, withBody, {}, allow), secrets)
  const basic = `Basic ${Buffer.from(`${formEncoded(client.id)}:${formEncoded(client.secret)}`).toString('base64')}`
  const first = resultOf(await post(client, url, fields, { Authorization: basic }, allow), secrets)
  if (first.kind !== 'refused' || !isUnknownClient(first)) return first
  return resultOf(await post(client, url, withBody, {}, allow), secrets)
}

function post(
  { agentKey }: Client,
  url: string,
  fields: Record<string, string>,
  headers: Record<string, string>,
  allow: AddressRules,
): Promise<CallResult> {
  return callServer({
    url,
    method: 'POST',
    headers: {
      'User-Agent': 'Portico',
      'Content-Type': 'application/x-www-form-urlencoded',
      Accept: 'application/json',
      'Accept-Encoding': 'identity',
      ...headers,
    },
    body: new URLSearchParams(fields).toString(),
    agentKey,
    connections: 4,
    allow,
  })
}

/** As RFC 6749 writes the two halves of Basic. */
function formEncoded(text: string): string {
  return new URLSearchParams({ x: text }).toString().slice(2)
}

/** The client was not recognised, so nothing else was looked at: the code or token is not spent. */
function isUnknownClient({ error }: Extract<FormResult, { kind: 'refused' }>): boolean {
  return error === 'invalid_client' || error === 'unauthorized'
}

function resultOf(result: CallResult, secrets: string[]): FormResult {
  if (result.kind !== 'answer') return { kind: 'refused', status: null, error: null, message: notReached(result) }
  const body = objectIn(result.bodyText)
  const error = typeof body?.error === 'string' ? body.error : result.status === 401 ? 'unauthorized' : null
  if (result.status >= 200 && result.status < 300 && body !== null && body.error === undefined) {
    return { kind: 'answer', status: result.status, body }
  }
  return { kind: 'refused', status: result.status, error, message: masked(refusalMessage(result, body), secrets) }
}

function objectIn(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}

const reasons: Partial<Record<string, string>> = {
  timeout: 'did not answer within 7 seconds',
  connect_timeout: 'did not take the connection in time',
  dns_error: 'could not be found: its name is not known',
  tls_error: 'could not be trusted: no secure connection was made',
  connection_refused: 'could not be reached: the connection failed',
  blocked_address: 'has an address that Portico does not call',
  loop: 'has the address of Portico itself',
}

function notReached({ code }: Exclude<CallResult, Answer>): string {
  return `The authorization server ${reasons[code] ?? 'broke the connection before its answer was complete'}.`
}

function refusalMessage({ status, bodyText, isUnreadable }: Answer, body: Record<string, unknown> | null): string {
  if (isRedirect(status)) {
    return `The authorization server redirects elsewhere (${status}), which is not followed. Register the URL where it really answers.`
  }
  const { message } = readAnswer(bodyText)
  const code = typeof body?.error === 'string' ? plainText(body.error) : null
  if (message !== null) {
    const words = code === null || message === code ? message : `${message} (${code})`
    return `The authorization server refused: ${words.replace(/\.$/, '')}.`
  }
  const name = STATUS_CODES[status]
  const what = `${status}${name ? ` ${name}` : ''}`
  if (isUnreadable || body === null) return `The authorization server answered ${what} with something that is not JSON.`
  return `The authorization server answered ${what}, without a reason.`
}

const secretFields = ['code', 'code_verifier', 'client_secret', 'refresh_token', 'token', 'password']

function secretsOf(fields: Record<string, string>): string[] {
  return secretFields.flatMap((name) => (fields[name] ? [fields[name]] : []))
}
