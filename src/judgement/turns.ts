/**
 * Long arithmetic in an engine process must let the event loop turn: its heartbeat is how the
 * studio knows that it lives.
 */
const longestMs = 100
let turnedAt = performance.now()

/** Waits for a turn of the event loop where the last was long ago; cheap enough for every row. */
export function turn(): Promise<void> | undefined {
  if (performance.now() - turnedAt < longestMs) return undefined
  return new Promise((resolve) => {
    setImmediate(() => {
      turnedAt = performance.now()
      resolve()
    })
  })
}
