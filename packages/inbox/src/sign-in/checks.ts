import { t } from '../strings/sign-in.ts'

export function emailProblem(email: string): string | undefined {
  if (!email) return t.missing.email
  return looksLikeEmail(email) ? undefined : t.missing.notEmail
}

export function newPasswordProblem(password: string): string | undefined {
  if (!password) return t.missing.newPassword
  if (password.length < 8) return t.missing.shortPassword
  return password.length > 128 ? t.missing.longPassword : undefined
}

/** Catches typing mistakes only; whether the address exists cannot be checked. */
export function looksLikeEmail(email: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(email)
}
