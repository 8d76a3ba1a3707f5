/** At most four events a second for one subject: people read no faster, and windows stay idle. */
export const eventIntervalMs = 250

/**
 * Calls `send` at once for the first request, then at most once per interval, always ending
 * with a call after the last request. `flush` sends what waits; `cancel` forgets it.
 */
export interface Throttled {
  (): void
  flush(): void
  cancel(): void
}

export function throttled(send: () => void, intervalMs = eventIntervalMs): Throttled {
  let timer: NodeJS.Timeout | null = null
  let waiting = false
  const fire = (): void => {
    waiting = false
    send()
    timer = setTimeout(() => {
      timer = null
      if (waiting) fire()
    }, intervalMs)
    timer.unref()
  }
  const request = (): void => {
    if (timer === null) fire()
    else waiting = true
  }
  return Object.assign(request, {
    flush: (): void => {
      if (waiting) {
        waiting = false
        send()
      }
    },
    cancel: (): void => {
      waiting = false
    },
  })
}
