/** Code of the app that did not load: the hub is unreachable, or has another version by now. */
export class NotLoadedError extends Error {
  override name = 'NotLoadedError'
}
