/**
 * Time since something, by whichever clock says more: the monotonic one stands still while the machine sleeps, the other one can
 * be set. Too much is harmless, too little is not.
 */
export class Stopwatch {
  readonly #monotonic = performance.now()
  readonly #wall = Date.now()

  elapsedMs(): number {
    return Math.max(performance.now() - this.#monotonic, Date.now() - this.#wall)
  }
}
