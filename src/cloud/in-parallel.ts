const defaultWidth = 16

/** Runs `work` on every item, at most 16 at a time. The first exception is thrown once all have ended. */
export async function inParallel<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]()
  const failures: unknown[] = []
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      try {
        await work(item)
      } catch (error) {
        failures.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(defaultWidth, items.length) }, worker))
  if (failures.length > 0) throw failures[0]
}
