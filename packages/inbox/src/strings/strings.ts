import { en } from './en.ts'

/** The texts of the app. A language is one file of the shape of en.ts, chosen here. */
export const s: typeof en = en
