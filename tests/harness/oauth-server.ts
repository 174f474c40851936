import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'

export interface TokenCall {
  path: string
  form: Record<string, string>
  authorization: string | undefined
}

/** The lifetime of access tokens, in seconds. */
interface Lifetimes {
  access?: number
}

export const clientId = 'portico'
export const clientSecret = 'client-secret-Qm4x8'

/**
 * An authorization server that others wrote (oidc-provider), on loopback: authorization code with PKCE, refresh tokens that
 * rotate, introspection, revocation. Counts what is posted to it.
 */
export class OAuthServer {
  /** The requests to the token and introspection endpoints. */
  readonly calls: TokenCall[] = []
  /** Answers in place of the server, where a test sets it; false: the server answers after all. */
  intercept: ((call: TokenCall, response: ServerResponse) => boolean | Promise<boolean>) | null = null
  /** The owner of the next token, for introspection. */
  owner: Record<string, string> = {}
  readonly #server: Server
  readonly #waiting = new Set<() => void>()
  #lastState = ''
  #handle: ((request: IncomingMessage, response: ServerResponse) => unknown) | null = null

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response))
  }

  static async start(): Promise<OAuthServer> {
    const made = new OAuthServer()
    await new Promise<void>((resolve) => made.#server.listen(0, '127.0.0.1', resolve))
    return made
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** The settings of a channel type. prompt: without it this server gives no refresh token. */
  get settings() {
    return {
      grant: 'authorization_code',
      authorize_url: `${this.url}/auth?prompt=consent`,
      token_url: `${this.url}/token`,
      introspection_url: `${this.url}/token/introspection`,
      client_id: clientId,
      client_secret: clientSecret,
      scopes: 'openid offline_access',
    }
  }

  /** Opens it for a client with this redirect URI. */
  open(redirectUri: string, { access = 3_600 }: Lifetimes = {}): void {
    const provider = new Provider(this.url, {
      clients: [
        {
          client_id: clientId,
          client_secret: clientSecret,
          redirect_uris: [redirectUri],
          grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
        },
      ],
      pkce: { required: () => true },
      features: {
        introspection: { enabled: true },
        revocation: { enabled: true },
        clientCredentials: { enabled: true },
        devInteractions: { enabled: true },
      },
      rotateRefreshToken: true,
      issueRefreshToken: async () => true,
      extraTokenClaims: async () => this.owner,
      ttl: { AccessToken: access, RefreshToken: 86_400, Grant: 86_400, Session: 86_400, Interaction: 600 },
      cookies: { keys: ['test'] },
    })
    this.#handle = provider.callback()
  }

  /** Signs in there and agrees as a browser would; resolves with where it is sent back to. */
  async agree(authorizeUrl: string, login = 'noor'): Promise<URL> {
    const browser = new Browser(this.url)
    let at = await browser.get(authorizeUrl)
    at = await browser.get(await browser.post(at, { prompt: 'login', login, password: 'x' }))
    at = await browser.post(at, { prompt: 'consent' })
    return new URL(await browser.get(at))
  }

  /** The tokens that were to be revoked, each with its kind. */
  revocations(): [hint: string, token: string][] {
    const asked = this.calls.filter(({ path }) => path.startsWith('/token/revocation'))
    return asked.map(({ form }) => [form.token_type_hint ?? '', form.token ?? ''])
  }

  /** Whether the server itself takes the token. */
  async isActive(token: string): Promise<boolean> {
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
    const response = await fetch(`${this.url}/token/introspection`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({ token }),
    })
    return ((await response.json()) as { active: boolean }).active
  }

  refreshes(): TokenCall[] {
    return this.calls.filter(({ form }) => form.grant_type === 'refresh_token')
  }

  /** Resolves when the condition holds; it is checked after each call. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.add(resolve))
  }

  /** The state of the last who was sent here. */
  lastState(): string {
    return this.#lastState
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? ''
    this.#lastState = new URL(path, this.url).searchParams.get('state') ?? this.#lastState
    if (request.method === 'POST' && path.startsWith('/token')) {
      const text = await readText(request)
      const call = {
        path,
        form: Object.fromEntries(new URLSearchParams(text)),
        authorization: request.headers.authorization,
      }
      this.calls.push(call)
      response.once('close', () => this.#wake())
      if (await this.intercept?.(call, response)) return
      Object.assign(request, { body: call.form })
    }
    if (this.#handle) this.#handle(request, response)
    else response.writeHead(503).end()
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

/** Keeps cookies, and follows redirects as long as they stay at one server. */
class Browser {
  readonly #origin: string
  readonly #cookies = new Map<string, string>()

  constructor(origin: string) {
    this.#origin = origin
  }

  /** Resolves with the page that it ends at: a form's, or one elsewhere. */
  async get(address: string): Promise<string> {
    let url = new URL(address, this.#origin)
    for (;;) {
      if (url.origin !== this.#origin) return url.href
      const next = await this.#fetch(url, { method: 'GET' })
      if (next === null) return url.href
      url = new URL(next, url)
    }
  }

  async post(address: string, form: Record<string, string>): Promise<string> {
    const next = await this.#fetch(new URL(address), { method: 'POST', body: new URLSearchParams(form) })
    if (next === null) throw new Error(`${address} did not redirect`)
    return new URL(next, address).href
  }

  async #fetch(url: URL, init: RequestInit): Promise<string | null> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { cookie } })
    const text = await response.text()
    if (response.status >= 400) throw new Error(`${url.pathname} answered ${response.status}: ${text.slice(0, 500)}`)
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      if (pair.slice(at + 1) === '') this.#cookies.delete(pair.slice(0, at))
      else this.#cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return response.headers.get('location')
  }
}
