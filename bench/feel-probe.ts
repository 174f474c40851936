/** Selectors that match once the effect of a key is rendered. */
export interface Effect {
  there: string[]
  gone?: string[]
  /** Words that stand in what a selector finds. */
  text?: [selector: string, words: string]
}

/** Milliseconds from the key's event. */
export interface Feeling {
  /** The time to the paint of each requested effect. */
  shown: number[]
  /** The time to the first paint after the key's handlers, by the Event Timing API in steps of 8 ms. */
  firstPaint: number
}

declare global {
  interface Window {
    /** Waits for the next key and for these effects of it. */
    feel(key: string, effects: Effect[]): Promise<Feeling>
    felt: Promise<Feeling>
  }
}

/**
 * Runs in the page. In each frame after the key, before it is painted, the effects are looked for; one that is there is in this frame's
 * paint, and a message that is posted now is taken up after it. The Event Timing API would tell of the first paint only, which may
 * show nothing yet; a trace would cost as much as what it measures.
 */
export function installProbe(): void {
  const isThere = ({ there, gone = [], text }: Effect) =>
    there.every((selector) => document.querySelector(selector)) &&
    gone.every((selector) => !document.querySelector(selector)) &&
    (!text || document.querySelector(text[0])?.textContent?.includes(text[1]) === true)

  const afterPaint = (then: () => void) => {
    const channel = new MessageChannel()
    channel.port1.onmessage = then
    channel.port2.postMessage(null)
  }

  const until = (effect: Effect, start: number) =>
    new Promise<number>((resolve) => {
      const look = () => {
        if (isThere(effect)) afterPaint(() => resolve(performance.now() - start))
        else requestAnimationFrame(look)
      }
      requestAnimationFrame(look)
    })

  /** Reported some frames later, and only for keys of at least 16 ms. */
  const firstPaintAfter = (start: number, isOver: Promise<unknown>) =>
    new Promise<number>((resolve) => {
      const observer = new PerformanceObserver((list) => {
        const entry = list.getEntries().find(({ name, startTime }) => name === 'keydown' && startTime === start)
        if (entry) end(entry.duration)
      })
      const end = (duration: number) => {
        observer.disconnect()
        resolve(duration)
      }
      observer.observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit)
      void isOver.then(() => setTimeout(() => end(8), 300))
    })

  window.feel = (key, effects) =>
    new Promise((resolve) => {
      const onKey = (event: KeyboardEvent) => {
        if (event.key !== key) return
        window.removeEventListener('keydown', onKey, true)
        const start = event.timeStamp
        const shown = Promise.all(effects.map((effect) => until(effect, start)))
        void Promise.all([shown, firstPaintAfter(start, shown)]).then(([times, firstPaint]) =>
          resolve({ shown: times, firstPaint }),
        )
      }
      window.addEventListener('keydown', onKey, true)
    })
}
