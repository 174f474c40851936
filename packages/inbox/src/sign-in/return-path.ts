/**
 * The path inside the app to go to after the sign-in. It comes from the address bar, so it is not trusted: a path that does not
 * begin with exactly one slash could lead to another site, and is replaced by the start page.
 */
export function returnPath(wanted: string | undefined): string {
  const path = (wanted ?? '').replace(/^\/app(?=\/|$)/, '')
  return /^\/(?![/\\])[^\\\s]*$/.test(path) && !path.startsWith('/sign-in') ? path : '/'
}
