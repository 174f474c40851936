import type { IncomingHttpHeaders } from 'node:http'

/** The part of the settings that says under which address the hub is reached. */
export interface AddressSettings {
  /** PUBLIC_URL: an origin, no trailing slash. Read at each use, because a hub on port 0 learns it when it listens. */
  publicUrl: string
  isExposed: boolean
  trustProxy: boolean
}

export interface Urls {
  /** An absolute link under PUBLIC_URL: of('messages', 'msg_1', 'delivery'). */
  of(...path: string[]): string
  /** The origin the caller used when it is one of ours, else PUBLIC_URL. For `_pagination` only. */
  requestOrigin(request: { headers: IncomingHttpHeaders }): string
  /** Whether a browser page of this origin may act with our cookies. */
  isOwnOrigin(origin: string): boolean
  /** Whether the Host header names this hub. */
  isOwnHost(host: string | undefined): boolean
}

const loopbackNames = ['localhost', '127.0.0.1', '[::1]']

export function makeUrls(settings: AddressSettings): Urls {
  let known = { publicUrl: '', origins: [] as URL[] }
  const origins = () => {
    if (known.publicUrl !== settings.publicUrl) {
      known = { publicUrl: settings.publicUrl, origins: originsOf(settings) }
    }
    return known.origins
  }
  return {
    of: (...path) => `${settings.publicUrl}/${path.map(encodeSegment).join('/')}`,
    isOwnOrigin: (origin) => origins().some((own) => own.origin === origin),
    isOwnHost: (host) => origins().some((own) => own.host === host),
    requestOrigin({ headers }) {
      const host = (settings.trustProxy && headers['x-forwarded-host']) || headers.host
      return origins().find((own) => own.host === host)?.origin ?? settings.publicUrl
    },
  }
}

/** A hub that only this machine can reach is called by any of the loopback names. */
function originsOf(settings: AddressSettings): URL[] {
  const own = new URL(settings.publicUrl)
  if (settings.isExposed) return [own]
  const port = own.port ? `:${own.port}` : ''
  return [own, ...loopbackNames.map((name) => new URL(`${own.protocol}//${name}${port}`))]
}

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replaceAll('%3A', ':')
}
