import { formsEn } from './forms.en.ts'

/** What every form says. */
export const t: typeof formsEn = formsEn
