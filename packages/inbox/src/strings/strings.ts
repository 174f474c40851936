import { en } from './en.ts'

/** What the app says, in the reader's language. A language is one file of the shape of en.ts, chosen here. */
export const s: typeof en = en
