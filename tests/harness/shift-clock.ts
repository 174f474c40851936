/** Shifts this process's wall clock, and not its monotonic clock. */
export function shiftClock(ms: number): void {
  const Real = Date
  globalThis.Date = new Proxy(Real, {
    construct: (target, given) => (given.length > 0 ? Reflect.construct(target, given) : new Real(Real.now() + ms)),
    get: (target, name) => (name === 'now' ? () => Real.now() + ms : Reflect.get(target, name)),
  })
}
