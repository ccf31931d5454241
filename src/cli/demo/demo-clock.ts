/** The embedded AWS's clock in a demo: real time, except while something is done `later`. */
export interface DemoClock {
  nowMs(): number
  /** Milliseconds ahead of real time. */
  offsetMs(): number
  /** Runs `action` as if so many seconds had passed, then returns to the present. */
  later<R>(seconds: number, action: () => Promise<R>): Promise<R>
}

export function createDemoClock(): DemoClock {
  let offset = 0
  return {
    nowMs: () => Date.now() + offset,
    offsetMs: () => offset,
    later: async (seconds, action) => {
      offset += seconds * 1000
      try {
        return await action()
      } finally {
        offset -= seconds * 1000
      }
    },
  }
}
