import { randomUUID } from 'node:crypto'
import { isRedirect, plainText, readAnswer } from '../channel-requests/answer.ts'
import { requestText } from '../channel-requests/build.ts'
import { ApiError } from '../http/api-error.ts'
import type { AddressRules } from '../outbound-http/addresses.ts'
import { callChannelServer } from '../outbound-http/call.ts'

interface AddressesRequest {
  url: string
  secret: string
  otherSecrets: string[]
  accessToken: string
  agentKey: string
  allow: AddressRules
}

export interface Address {
  address: string
  name: string
}

const MAX_PAGES = 50
const MAX_ADDRESSES = 1_000

/** Asks a channel's server for the addresses of an authorization, page by page. Throws channel_refused. */
export async function listAddresses(asked: AddressesRequest): Promise<Address[]> {
  const found = new Map<string, Address>()
  const seen = new Set<string>()
  for (let page: string | null = null, n = 0; n < MAX_PAGES && found.size < MAX_ADDRESSES; n++) {
    const { addresses, next } = await readPage(asked, page)
    for (const one of addresses) found.set(one.address, found.get(one.address) ?? one)
    if (next === null || seen.has(next)) break
    seen.add(next)
    page = next
  }
  return [...found.values()].slice(0, MAX_ADDRESSES)
}

async function readPage({ accessToken, ...call }: AddressesRequest, pageToken: string | null) {
  const result = await callChannelServer({
    ...call,
    webhookId: `list_addresses_${randomUUID()}`,
    method: 'POST',
    body: requestText({ type: 'list_addresses', payload: pageToken === null ? {} : { page_token: pageToken } }),
    credential: accessToken,
    authType: 'oauth2',
    connections: 1,
  })
  if (result.kind !== 'answer') throw refused(`${result.message} No address could be listed.`)
  const said = readAnswer(result.bodyText)
  if (result.status < 200 || result.status >= 300 || said.type !== 'success') {
    const why = isRedirect(result.status) ? 'it redirects elsewhere, which is not followed' : said.message
    throw refused(`The channel's server was asked for addresses and answered ${result.status}${why ? `: ${why}` : ''}.`)
  }
  return pageIn(JSON.parse(result.bodyText))
}

function pageIn({ addresses, pagination }: { addresses?: unknown; pagination?: { next_page_token?: unknown } | null }) {
  if (!Array.isArray(addresses)) throw refused("The channel's server answered without a list of addresses.")
  const next = pagination?.next_page_token
  return {
    addresses: addresses.flatMap((one): Address[] => {
      const address = textOf(one?.address, 400)
      return address === '' ? [] : [{ address, name: textOf(one?.name, 80) || address.slice(0, 80) }]
    }),
    next: typeof next === 'string' && next !== '' && next.length <= 4_000 ? next : null,
  }
}

function textOf(value: unknown, longest: number): string {
  return typeof value === 'string' ? plainText(value).slice(0, longest).toWellFormed() : ''
}

function refused(message: string): ApiError {
  return new ApiError('channel_refused', message)
}
