/** Who writes: shown for 6 seconds, and said every 3. */

const holdsMs = 6_000
const everyMs = 3_000
const authors = new Map()

export function showTyping({ channelId, conversationId, author }, draw) {
  const key = `${channelId} ${conversationId}`
  clearTimeout(authors.get(key)?.timer)
  authors.delete(key)
  if (!author) return
  const end = () => {
    authors.delete(key)
    draw()
  }
  authors.set(key, { author, timer: setTimeout(end, holdsMs) })
}

export function shownTyping(channelId, conversationId) {
  const known = authors.get(`${channelId} ${conversationId}`)
  return known ? `${known.author} is typing…` : null
}

/** Takes the text at every change of it. */
export function makeTypist(say) {
  let saidAt = null
  return (text) => {
    const isTyping = text.trim() !== ''
    if (isTyping ? saidAt !== null && performance.now() - saidAt < everyMs : saidAt === null) return
    saidAt = isTyping ? performance.now() : null
    say(isTyping)
  }
}
