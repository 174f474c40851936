import type { TimelineKind } from '../timeline/kinds.ts'

/** What a noun brings to the app, which knows no more of it than this. */
export interface Manifest {
  /** Kinds of rows of a conversation's timeline. */
  timeline?: TimelineKind[]
}
