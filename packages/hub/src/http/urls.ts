import type { IncomingMessage } from 'node:http'
import { makeTrust, peerOf } from './caller-address.ts'

/** The part of the settings that says under which address the hub is reached. */
export interface AddressSettings {
  /** PUBLIC_URL: an origin, no trailing slash. Read at each use, because a hub on port 0 learns it when it listens. */
  publicUrl: string
  isExposed: boolean
  /** Addresses and ranges of proxies whose forwarding headers count. */
  trustedProxies: readonly string[]
}

export interface Urls {
  /** An absolute link under PUBLIC_URL: of('messages', 'msg_1', 'delivery'). */
  of(...path: string[]): string
  /** The origin the caller used when it is one of ours, else PUBLIC_URL. For `_pagination` only. */
  requestOrigin(request: { raw: IncomingMessage }): string
  /** Whether a browser page of this origin may act with our cookies. */
  isOwnOrigin(origin: string): boolean
}

const loopbackNames = ['localhost', '127.0.0.1', '[::1]']

export function makeUrls(settings: AddressSettings): Urls {
  const isTrusted = makeTrust(settings.trustedProxies)
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
    requestOrigin({ raw }) {
      const { host, 'x-forwarded-host': forwarded } = raw.headers
      const named = forwarded && isTrusted(peerOf(raw)) ? String(forwarded).split(',').at(-1)?.trim() : host
      return origins().find((own) => own.host === named)?.origin ?? settings.publicUrl
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
