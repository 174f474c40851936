/** Announces a text to screen readers (aria-live polite). */
export function announce(sentence: string): void {
  const region = typeof document === 'undefined' ? null : document.getElementById('announcer')
  if (region) region.textContent = sentence
}
