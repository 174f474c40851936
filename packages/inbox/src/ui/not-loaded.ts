/** An error of code that did not load: the hub is unreachable, or has a newer version. */
export class NotLoadedError extends Error {
  override name = 'NotLoadedError'
}
