/** A conversion that ended this close to a key was ended by that key, as Safari orders the two. */
const togetherMs = 10

/**
 * Keeps the keys of an input method from whoever acts on keys: the Enter that confirms a conversion (Japanese, Chinese,
 * Korean) only confirms, in every field there is and will be. Chromium and Firefox say so with `isComposing`; Safari
 * ends the composition first, and tells it by the key code 229 or by nothing but the moment.
 */
export function keepCompositions(view: Window): void {
  let endedAt = Number.NEGATIVE_INFINITY
  // where the Enter comes first and says itself that it confirms, the next one is meant, however soon it comes
  let isTold = false
  view.addEventListener(
    'compositionend',
    ({ timeStamp }) => {
      endedAt = isTold ? Number.NEGATIVE_INFINITY : timeStamp
      isTold = false
    },
    true,
  )
  view.addEventListener(
    'keydown',
    (event) => {
      const endedIt = event.key === 'Enter' && !isAndroid && Math.abs(event.timeStamp - endedAt) < togetherMs
      endedAt = Number.NEGATIVE_INFINITY
      isTold = event.key === 'Enter' && event.isComposing
      if (endedIt) event.preventDefault()
      if (endedIt || event.isComposing || event.keyCode === 229) event.stopImmediatePropagation()
    },
    true,
  )
}

/** Its keyboards end a composition at every word; the Enter that follows is meant. */
const isAndroid = typeof navigator !== 'undefined' && /Android/.test(navigator.userAgent)
