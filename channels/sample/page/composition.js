/**
 * The Enter that confirms a conversion (Japanese, Chinese, Korean) only confirms. Safari ends the composition first, and
 * tells it by the key code 229 or by nothing but the moment.
 */
export function keepCompositions() {
  let endedAt = Number.NEGATIVE_INFINITY
  // where the Enter comes first and says itself that it confirms, the next one is meant, however soon it comes
  let isTold = false
  const ended = ({ timeStamp }) => {
    endedAt = isTold ? Number.NEGATIVE_INFINITY : timeStamp
    isTold = false
  }
  const pressed = (event) => {
    const isTogether = Math.abs(event.timeStamp - endedAt) < 10 && !/Android/.test(navigator.userAgent)
    const endedIt = event.key === 'Enter' && isTogether
    endedAt = Number.NEGATIVE_INFINITY
    isTold = event.key === 'Enter' && event.isComposing
    if (endedIt) event.preventDefault()
    if (endedIt || event.isComposing || event.keyCode === 229) event.stopImmediatePropagation()
  }
  window.addEventListener('compositionend', ended, true)
  window.addEventListener('keydown', pressed, true)
}
