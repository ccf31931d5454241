import { median } from './measure.js'

/**
 * Bytes of heap that one call of `work` takes, measured over batches so small that hardly any is interrupted by a
 * garbage collection: the median is of those that were not. What measuring itself takes is taken off.
 */
export function bytesOf(work) {
  const empty = () => {}
  for (let i = 0; i < 2_000; i += 1) work()
  const calls = 200
  const sample = (each) =>
    median(Array.from({ length: 101 }, () => growth(each, calls)).filter((bytes) => bytes >= 0))
  return Math.round(Math.max(0, sample(work) - sample(empty)) / calls)
}

function growth(work, calls) {
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < calls; i += 1) work()
  return process.memoryUsage().heapUsed - before
}
