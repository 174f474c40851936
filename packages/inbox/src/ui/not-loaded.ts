/** Code of the app that did not come: the hub is away, or has another version by now. */
export class NotLoadedError extends Error {
  override name = 'NotLoadedError'
}
