/**
 * Keeps the Enter that confirms a conversion (Japanese, Chinese, Korean) from sending. Safari ends the composition before the
 * key event, which has key code 229, or can be recognised by its time alone.
 */
export function confirmConversionsOnly() {
  let endedAt = Number.NEGATIVE_INFINITY
  // where the confirming Enter comes before the end and has isComposing, the next Enter sends, however soon it comes
  let isAnnounced = false
  const ended = ({ timeStamp }) => {
    endedAt = isAnnounced ? Number.NEGATIVE_INFINITY : timeStamp
    isAnnounced = false
  }
  const pressed = (event) => {
    const isTogether = Math.abs(event.timeStamp - endedAt) < 10 && !/Android/.test(navigator.userAgent)
    const endedIt = event.key === 'Enter' && isTogether
    endedAt = Number.NEGATIVE_INFINITY
    isAnnounced = event.key === 'Enter' && event.isComposing
    if (endedIt) event.preventDefault()
    if (endedIt || event.isComposing || event.keyCode === 229) event.stopImmediatePropagation()
  }
  window.addEventListener('compositionend', ended, true)
  window.addEventListener('keydown', pressed, true)
}
