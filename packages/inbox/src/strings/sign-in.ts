import { signInEn } from './sign-in.en.ts'

/** The texts of the pages before the sign-in; loaded with them. */
export const t: typeof signInEn = signInEn
