/**
 * The options of a push.
 *
 * @example
 * await channel.receive(message, { signal: AbortSignal.timeout(30_000) })
 */
export interface PushOptions {
  /** Gives up, also while waiting between attempts. */
  signal?: AbortSignal
}
