import type { Keys } from '../../support/aws-under-test.ts'

interface ClientSettings {
  readonly endpoint: string
  readonly region: string
  readonly credentials: Keys
  readonly maxAttempts: number
  readonly forcePathStyle: boolean
}

export const region = 'us-east-1'

/** SDK clients of anybody, kept as long as they are used often. */
export interface Clients {
  readonly endpoint: string
  readonly of: <C extends Destroyable>(kind: new (settings: ClientSettings) => C, keys: Keys) => C
  readonly stop: () => void
}

interface Destroyable {
  destroy(): void
}

export function createClients(endpoint: string): Clients {
  const kept = new Map<string, Destroyable>()
  return {
    endpoint,
    of<C extends Destroyable>(kind: new (settings: ClientSettings) => C, keys: Keys): C {
      const id = `${kind.name} ${keys.accessKeyId}`
      const known = kept.get(id)
      if (known instanceof kind) return known
      // Unsought retries would hide what was answered first.
      const settings = { endpoint, region, maxAttempts: 1, forcePathStyle: true }
      const made = new kind({ ...settings, credentials: keys })
      kept.set(id, made)
      return made
    },
    stop() {
      for (const client of kept.values()) client.destroy()
      kept.clear()
    },
  }
}
