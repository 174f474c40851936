import { ApiProblem, callHub } from '../api.ts'
import type { ChannelLine } from './format.ts'

/** Maps the file's channels to channels of the hub: by the options, or by their address. */
export class ChannelsOfFile {
  readonly #given: Map<number, string>
  #waiting: ChannelLine[] = []
  readonly #ids = new Map<number, string>()

  constructor(given: Map<number, string>) {
    this.#given = given
  }

  add(line: ChannelLine): void {
    this.#waiting.push(line)
  }

  idOf(number: unknown): string | undefined {
    return this.#ids.get(number as number)
  }

  /** Throws ApiProblem, which names all that are missing. */
  async resolve(): Promise<void> {
    if (this.#waiting.length === 0) return
    const { _results: here } = await callHub('GET', '/history/channels')
    const missing: string[] = []
    for (const line of this.#waiting) {
      const id = this.#given.get(line.number) ?? bestOf(here, line)
      if (id === undefined)
        missing.push(`${line.number}: "${line.name}" of the type "${line.channel_type}", address ${line.address}`)
      else this.#ids.set(line.number, id)
    }
    this.#waiting = []
    if (missing.length > 0)
      throw new ApiProblem('channels of the file are not here. Add them, or name others: --channel 1=cha_…', missing)
  }
}

interface Here {
  id: string
  channel_type: string
  name: string
  address: string
  is_deleted: boolean
}

function bestOf(here: Here[], { channel_type, name, address }: ChannelLine): string | undefined {
  const rank = (one: Here) =>
    (one.is_deleted ? 0 : 4) + (one.channel_type === channel_type ? 2 : 0) + (one.name === name ? 1 : 0)
  return here.filter((one) => one.address === address).sort((a, b) => rank(b) - rank(a))[0]?.id
}
