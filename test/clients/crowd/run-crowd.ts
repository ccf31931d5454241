import { newRandom } from '../../conformance/reference/random.ts'
import { type Actor, createActor, type Step } from './actor.ts'
import { createClients } from './clients.ts'
import { foundOrganization, type Ground } from './organization.ts'
import { ecrSteps } from './steps-ecr.ts'
import { iamSteps } from './steps-iam.ts'
import { organizationSteps } from './steps-organizations.ts'
import { s3Steps } from './steps-s3.ts'
import { stsSteps } from './steps-sts.ts'

export const steps: Readonly<Record<string, Step>> = {
  ...iamSteps,
  ...stsSteps,
  ...s3Steps,
  ...ecrSteps,
  ...organizationSteps,
}

/** How often a step is taken, where it is not 4: parts are big. */
const weights: Readonly<Record<string, number>> = { parts: 1, putAndGet: 8, visit: 8, dropOff: 8 }

const names = Object.keys(steps)

const lots = names.flatMap((name) => Array.from({ length: weights[name] ?? 4 }, () => name))

export interface CrowdSettings {
  readonly ground: Ground
  readonly accounts: number
  readonly clients: number
  readonly seed: number
  /** Whether a client that has taken so many steps takes another. */
  readonly goesOn: (taken: number) => boolean
}

export interface CrowdReport {
  readonly setUpMs: number
  readonly ranMs: number
  /** Without those of the setup. */
  readonly calls: number
  /** How often each step was taken. */
  readonly steps: Readonly<Record<string, number>>
  /** Every answer that was not what it had to be, with who took which step. */
  readonly undeserved: readonly string[]
}

/** Lets a crowd loose on an embedded AWS: what each client does follows from the seed alone. */
export async function runCrowd(settings: CrowdSettings): Promise<CrowdReport> {
  const clients = createClients(settings.ground.url)
  const beganMs = Date.now()
  try {
    const organization = await foundOrganization(clients, settings.ground, settings)
    const readyMs = Date.now()
    const tally = { calls: 0, steps: {} as Record<string, number>, undeserved: [] as string[] }
    const onCall = (): void => {
      tally.calls += 1
    }
    const actors = Array.from({ length: settings.clients }, (_, index) =>
      createActor({
        clients,
        organization,
        index,
        onCall,
        random: newRandom(settings.seed + index),
      }),
    )
    await Promise.all(
      actors.map(async (actor, index) => {
        for (let taken = 0; settings.goesOn(taken); taken += 1) {
          // Every step is taken once before chance decides.
          const first = names[index + taken * settings.clients]
          await takeStep(first ?? actor.random.pick(lots), actor, tally)
        }
      }),
    )
    return { ...tally, setUpMs: readyMs - beganMs, ranMs: Date.now() - readyMs }
  } finally {
    clients.stop()
  }
}

async function takeStep(
  name: string,
  actor: Actor,
  tally: { readonly steps: Record<string, number>; readonly undeserved: string[] },
): Promise<void> {
  tally.steps[name] = (tally.steps[name] ?? 0) + 1
  try {
    await steps[name]?.(actor)
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    tally.undeserved.push(`${actor.name}, ${name}: ${text}`)
  }
}
