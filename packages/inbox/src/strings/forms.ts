import { formsEn } from './forms.en.ts'

/** The texts of every form. */
export const t: typeof formsEn = formsEn
