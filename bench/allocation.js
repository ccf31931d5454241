import { median } from './measure.js'

/**
 * Bytes of heap that one call of `work`, warm from being measured, takes. It is measured over batches so small that
 * hardly any is interrupted by a garbage collection: the median is of those that were not. What measuring itself
 * takes is taken off.
 */
export function bytesOf(work) {
  const calls = Math.max(1, Math.min(200, Math.floor(1 / millisecondsOf(work))))
  const sample = (each) =>
    median(Array.from({ length: 51 }, () => growth(each, calls)).filter((bytes) => bytes >= 0))
  return Math.round(Math.max(0, sample(work) - sample(() => {})) / calls)
}

function millisecondsOf(work) {
  const startMs = performance.now()
  let calls = 0
  while (performance.now() - startMs < 5) {
    work()
    calls += 1
  }
  return (performance.now() - startMs) / calls
}

function growth(work, calls) {
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < calls; i += 1) work()
  return process.memoryUsage().heapUsed - before
}
