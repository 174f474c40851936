import { threadEn } from './thread.en.ts'

/** The texts of an open conversation and its details; loaded with them. A language is one file of the shape of thread.en.ts, chosen here. */
export const t: typeof threadEn = threadEn
