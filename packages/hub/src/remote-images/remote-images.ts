import { createHmac, timingSafeEqual } from 'node:crypto'
import type { AddressRules } from '../outbound-http/addresses.ts'
import { DownloadFailed, download } from '../outbound-http/download.ts'
import { imageTypeOf } from './sniff.ts'

export interface RemoteImage {
  type: string
  bytes: Buffer
}

const mostBytes = 5_000_000
const deadlineMs = 10_000
/** Of all companies, and of one. */
const atOnce = { all: 12, one: 6 }
/** Of all companies. One that is full gives its newest place to a company that has fewer. */
const mostWaiting = 200
const cacheBytes = 32_000_000

/**
 * Images that HTML bodies name on servers of others, fetched by the hub, so that those learn neither who reads nor from where. Only
 * addresses that the hub itself found in a message are fetched: it signs them.
 */
export class RemoteImages {
  readonly #secret: string
  readonly #allow: AddressRules
  readonly #underway = new Map<string, Promise<RemoteImage>>()
  /** The last that were read, the oldest first. */
  readonly #cache = new Map<string, RemoteImage>()
  #cached = 0
  readonly #running = new Map<number, number>()
  readonly #waiting: { companyId: number; begin: () => void; giveUp: (error: Error) => void }[] = []

  constructor(secret: string, allow: AddressRules) {
    this.#secret = secret
    this.#allow = allow
  }

  signatureOf(messageId: string, url: string): string {
    return createHmac('sha256', this.#secret).update(`${messageId}\n${url}`).digest('base64url')
  }

  isSigned(messageId: string, url: string, signature: string): boolean {
    const [right, given] = [this.signatureOf(messageId, url), signature].map((text) => Buffer.from(text))
    return right!.length === given!.length && timingSafeEqual(right!, given!)
  }

  /** Throws DownloadFailed. */
  read(companyId: number, url: string): Promise<RemoteImage> {
    const key = `${companyId} ${url}`
    const cached = this.#cache.get(key)
    if (cached) return Promise.resolve(cached)
    const known = this.#underway.get(key)
    if (known) return known
    const reading = this.#fetch(companyId, url)
      .then((image) => this.#keep(key, image))
      .finally(() => this.#underway.delete(key))
    this.#underway.set(key, reading)
    return reading
  }

  async #fetch(companyId: number, url: string): Promise<RemoteImage> {
    await this.#turn(companyId)
    try {
      const bytes = await download(url, {
        agentKey: `images ${companyId}`,
        allow: this.#allow,
        accept: 'image/avif,image/webp,image/png,image/jpeg,image/gif',
        mostBytes,
        deadlineMs,
      })
      const type = imageTypeOf(bytes)
      if (!type) throw new DownloadFailed('no raster image')
      return { type, bytes }
    } finally {
      this.#leave(companyId)
    }
  }

  #keep(key: string, image: RemoteImage): RemoteImage {
    this.#cache.set(key, image)
    this.#cached += image.bytes.length
    for (const [oldest, { bytes }] of this.#cache) {
      if (this.#cached <= cacheBytes) break
      this.#cache.delete(oldest)
      this.#cached -= bytes.length
    }
    return image
  }

  async #turn(companyId: number): Promise<void> {
    if (this.#isFree(companyId)) return this.#enter(companyId)
    if (this.#waiting.length >= mostWaiting) this.#makeRoom(companyId)
    await new Promise<void>((begin, giveUp) => this.#waiting.push({ companyId, begin, giveUp }))
  }

  /** Ends the newest wait of the company that has the most of them. Throws when that is this one, or it would have as many. */
  #makeRoom(companyId: number): void {
    const counts = Map.groupBy(this.#waiting, (waiting) => waiting.companyId)
    const [most, theirs] = [...counts].reduce((one, other) => (other[1].length > one[1].length ? other : one))
    const own = counts.get(companyId)?.length ?? 0
    if (most === companyId || theirs.length <= own + 1) throw new DownloadFailed('too many images wait')
    const newest = this.#waiting.findLastIndex((waiting) => waiting.companyId === most)
    this.#waiting.splice(newest, 1)[0]?.giveUp(new DownloadFailed('too many images wait'))
  }

  #isFree(companyId: number): boolean {
    const all = [...this.#running.values()].reduce((sum, count) => sum + count, 0)
    return all < atOnce.all && (this.#running.get(companyId) ?? 0) < atOnce.one
  }

  #enter(companyId: number): void {
    this.#running.set(companyId, (this.#running.get(companyId) ?? 0) + 1)
  }

  #leave(companyId: number): void {
    const left = (this.#running.get(companyId) ?? 1) - 1
    if (left > 0) this.#running.set(companyId, left)
    else this.#running.delete(companyId)
    const running = ({ companyId }: { companyId: number }) => this.#running.get(companyId) ?? 0
    const free = this.#waiting.filter((waiting) => this.#isFree(waiting.companyId))
    const next = free.toSorted((one, other) => running(one) - running(other))[0]
    const [one] = next ? this.#waiting.splice(this.#waiting.indexOf(next), 1) : []
    if (!one) return
    this.#enter(one.companyId)
    one.begin()
  }
}
