import { signInEn } from './sign-in.en.ts'

/** What the pages for who is not signed in say; loaded with them. */
export const t: typeof signInEn = signInEn
