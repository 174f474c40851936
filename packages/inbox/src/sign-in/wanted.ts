/**
 * Where somebody wanted to go before they had to sign in, as a path inside the app. It comes from the address bar, so
 * anybody may have written it: what does not begin with one slash would lead elsewhere and becomes the start page.
 */
export function placeInApp(wanted: string | undefined): string {
  const path = (wanted ?? '').replace(/^\/app(?=\/|$)/, '')
  return /^\/(?![/\\])[^\\\s]*$/.test(path) && !path.startsWith('/sign-in') ? path : '/'
}
