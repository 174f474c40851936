import pg from 'pg'

/** The server's timeouts for statements, locks and idle transactions. They end before the client gives up. */
export const serverLimits = {
  statement_timeout: 3_800,
  lock_timeout: 1_500,
  idle_in_transaction_session_timeout: 5_000,
}

const setLimits = Object.entries(serverLimits)
  .map(([name, ms]) => `set local ${name} = ${ms};`)
  .join(' ')

type Query = [query: string | pg.QueryConfig, values?: unknown[]]
type Callback = (error: unknown, result?: pg.QueryResult) => void

/**
 * A connection to a pooler in transaction mode. There no setting outlives its transaction and start-up parameters are
 * refused, so each transaction begins by setting the timeouts, and a statement alone gets a transaction. Without timeouts a
 * statement that waits for a lock in vain would hold a server connection long after its client has gone.
 */
export class PooledClient extends pg.Client {
  #last: Promise<unknown> = Promise.resolve()
  #isOpen = false

  // biome-ignore lint/suspicious/noExplicitAny: pg has a dozen signatures, with and without a callback
  override query(...query: any[]): any {
    const callback: Callback | undefined = typeof query.at(-1) === 'function' ? query.pop() : undefined
    const answer = this.#last.then(() => this.#run(query as Query))
    this.#last = answer.catch(() => {})
    if (!callback) return answer
    answer.then((result) => callback(undefined, result), callback)
  }

  async #run(query: Query): Promise<pg.QueryResult> {
    const [first] = query
    const text = typeof first === 'string' ? first : first.text
    if (text === 'begin') return this.#begin()
    const isEnd = text === 'commit' || text === 'rollback'
    if (this.#isOpen || isEnd) {
      this.#isOpen &&= !isEnd
      return this.#ask(...query)
    }
    await this.#begin()
    return this.#alone(query)
  }

  async #begin(): Promise<pg.QueryResult> {
    const [begun] = (await this.#ask(`begin; ${setLimits}`)) as unknown as [pg.QueryResult]
    this.#isOpen = true
    return begun
  }

  async #alone(query: Query): Promise<pg.QueryResult> {
    try {
      const result = await this.#ask(...query)
      await this.#ask('commit')
      return result
    } catch (error) {
      if (error instanceof pg.DatabaseError) await this.#ask('rollback').catch(() => {})
      throw error
    } finally {
      this.#isOpen = false
    }
  }

  /** A connection whose statement got no answer is not used again. */
  async #ask(...query: Query): Promise<pg.QueryResult> {
    try {
      return await super.query(...(query as [string]))
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) void this.end().catch(() => {})
      throw error
    }
  }
}
