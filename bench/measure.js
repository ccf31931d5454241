// How every benchmark measures: cases take turns, round after round, so that whatever else the machine does falls on
// all of them, and a ratio is the median of the ratios of single rounds.

/** @typedef {{ minimum: number, median: number, maximum: number }} Summary */

export const defaults = { seconds: 1, runs: 7 }

/** A round to warm up, then `runs` rounds of all cases. `sample(seconds)` answers anything; its answers are kept by case. */
export async function alternate(cases, { seconds, runs }) {
  const samples = new Map(cases.map(({ name }) => [name, []]))
  for (const { sample } of cases) await sample(seconds)
  for (let round = 0; round < runs; round += 1) {
    for (let turn = 0; turn < cases.length; turn += 1) {
      // Every round begins with another case: none always comes after the heaviest.
      const { name, sample } = cases[(round + turn) % cases.length]
      samples.get(name).push(await sample(seconds))
    }
  }
  return samples
}

/**
 * A sampler of synchronous work: calls per second of processor time, so that other processes on the same cores do not
 * count. Garbage collection and compilation on other threads do.
 */
export function rateOf(work) {
  let batch = 1
  return (seconds) => {
    const before = process.cpuUsage()
    const endMs = performance.now() + seconds * 1000
    let calls = 0
    let nowMs = performance.now()
    while (nowMs < endMs || calls === 0) {
      for (let i = 0; i < batch; i += 1) work()
      calls += batch
      const thenMs = nowMs
      nowMs = performance.now()
      // The clock is asked about once a millisecond, whatever the work costs.
      if (nowMs - thenMs < 0.5) batch *= 2
      else if (nowMs - thenMs > 2 && batch > 1) batch /= 2
    }
    return (calls * 1000) / processorMsSince(before)
  }
}

function processorMsSince(before) {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** The same for work that is too long for a rate: milliseconds of processor time per call. */
export function costOf(work) {
  const rate = rateOf(work)
  return (seconds) => 1000 / rate(seconds)
}

/** @returns {Summary} */
export function summarize(numbers) {
  return {
    minimum: Math.min(...numbers),
    median: median(numbers),
    maximum: Math.max(...numbers),
  }
}

/** Both lists are of the same rounds. */
export function pairedRatio(numbers, base) {
  return median(numbers.map((number, i) => number / base[i]))
}

export function pairedDifference(numbers, base) {
  return median(numbers.map((number, i) => number - base[i]))
}

export function median(numbers) {
  return percentile(numbers, 0.5)
}

export function percentile(numbers, part) {
  const sorted = Float64Array.from(numbers).sort()
  const place = (sorted.length - 1) * part
  const low = sorted[Math.floor(place)]
  return low + (sorted[Math.ceil(place)] - low) * (place - Math.floor(place))
}
