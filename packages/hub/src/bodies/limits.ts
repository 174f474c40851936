import { Parser } from 'htmlparser2'

/** Real mail stays far below: a newsletter has some thousand nodes, a long exchange quotes itself a few dozen levels deep. */
const limits = { depth: 200, nodes: 40_000, attributes: 40_000 }

class TooComplex extends Error {}

/** Whether a body can be converted in good time: what converts it takes time with the square of its depth. */
export function isWithinLimits(html: string): boolean {
  let [depth, nodes, attributes] = [0, 0, 0]
  const check = () => {
    if (depth > limits.depth || nodes > limits.nodes || attributes > limits.attributes) throw new TooComplex()
  }
  const parser = new Parser({
    onopentagname() {
      depth++
      nodes++
      check()
    },
    onclosetag() {
      depth--
    },
    onattribute() {
      attributes++
      check()
    },
  })
  try {
    parser.end(html)
    return true
  } catch (error) {
    if (error instanceof TooComplex) return false
    throw error
  }
}
