import { homedir } from 'node:os'

/** The only place that reads `process.env`: everything else is handed what it needs. */
export type Environment = Readonly<Record<string, string | undefined>>

export function readEnvironment(): Environment {
  return { HOME: homedir(), ...process.env }
}
