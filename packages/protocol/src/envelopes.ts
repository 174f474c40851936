/** Front's list. Pages may be short or empty: there is more until `next` is null. Their links have the origin the request came to. */
export interface ListEnvelope<Resource> {
  _pagination: { prev: string | null; next: string | null }
  _links: { self: string }
  _results: Resource[]
}
