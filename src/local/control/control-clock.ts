/** A clock that runs with another one and can be set ahead of it or back. */
export interface ControlClock {
  readonly nowMs: () => number
  readonly offsetMs: () => number
  readonly setOffsetMs: (offsetMs: number) => void
}

export function createControlClock(base: { readonly nowMs: () => number }): ControlClock {
  let offsetMs = 0
  return {
    nowMs: () => base.nowMs() + offsetMs,
    offsetMs: () => offsetMs,
    setOffsetMs(given) {
      offsetMs = given
    },
  }
}
