/** Absolute URLs; null is a legal link (`related.contact`). */
export interface Links {
  self: string
  related?: Record<string, string | null>
}

/** Front's list. Pages may be short or empty: there is more until `next` is null. `next` has the origin the request came to (T24). */
export interface ListEnvelope<Resource> {
  _pagination: { next: string | null }
  _links: { self: string }
  _results: Resource[]
}

/** A list that is always whole. */
export type UnpagedListEnvelope<Resource> = Omit<ListEnvelope<Resource>, '_pagination'>
