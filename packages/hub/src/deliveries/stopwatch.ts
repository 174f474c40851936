/**
 * Measures elapsed time by the clock that shows more: the monotonic one stops while the machine sleeps, the wall clock can be
 * set. Too much is harmless, too little is not.
 */
export class Stopwatch {
  readonly #monotonic = performance.now()
  readonly #wall = Date.now()

  elapsedMs(): number {
    return Math.max(performance.now() - this.#monotonic, Date.now() - this.#wall)
  }
}
