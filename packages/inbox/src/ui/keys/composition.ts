/** A conversion that ended this close to a key was ended by that key, as Safari orders the two. */
const togetherMs = 10

/**
 * Blocks keys of an input method from shortcuts: the Enter that confirms a conversion (Japanese, Chinese, Korean) only confirms,
 * in every field. Chromium and Firefox set `isComposing`; Safari ends the composition first, and shows it by the key code 229 or
 * only by the timing.
 */
export function keepCompositions(view: Window): void {
  let endedAt = Number.NEGATIVE_INFINITY
  // in browsers where the confirming Enter is marked itself, the next Enter is a real one
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

/** Whether the device ends a composition at every word, so that the Enter after it is a real one. */
const isAndroid = typeof navigator !== 'undefined' && /Android/.test(navigator.userAgent)
