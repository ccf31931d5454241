import { isDeepStrictEqual } from 'node:util'
import { ECR } from '@aws-sdk/client-ecr'
import { IAM } from '@aws-sdk/client-iam'
import { S3 } from '@aws-sdk/client-s3'
import { STS } from '@aws-sdk/client-sts'

export function createClients(endpoint, credentials) {
  // One attempt: a second one would hide what the first one did.
  const settings = { endpoint, credentials, region: 'eu-west-1', maxAttempts: 1 }
  const s3 = new S3({ ...settings, forcePathStyle: true })
  const clients = { s3, iam: new IAM(settings), ecr: new ECR(settings), sts: new STS(settings) }
  return {
    ...clients,
    destroy: () => {
      for (const client of Object.values(clients)) client.destroy()
    },
  }
}

/**
 * What one client knows of its things: what was acknowledged, and what it asked for last, if no answer came. `isOver` tells
 * that the server was killed: an error before that is one.
 */
export function createClient(things, random) {
  const known = things.map((thing) => ({ thing, value: undefined, pending: undefined }))
  let acknowledged = 0
  return {
    get acknowledged() {
      return acknowledged
    },
    async work(clients, isOver) {
      while (!isOver()) {
        const one = known[random.below(known.length)]
        if (one.pending !== undefined) continue
        const { value, run } = one.thing.change(one.value, random)
        one.pending = { value }
        try {
          await run(clients)
        } catch (error) {
          if (isOver()) return
          throw new Error(`${one.thing.name}: ${error.name}: ${error.message}`, { cause: error })
        }
        one.pending = undefined
        one.value = value
        acknowledged += 1
      }
    },
    /** What is not as it has to be, a line each. */
    async check(clients) {
      const problems = []
      for (const one of known) {
        const found = await one.thing.read(clients)
        const allowed = [one.value, ...(one.pending === undefined ? [] : [one.pending.value])]
        if (!allowed.some((value) => isDeepStrictEqual(value, found))) {
          problems.push(
            `${one.thing.name} is ${show(found)}, not ${allowed.map(show).join(' or ')}`,
          )
        }
        one.value = found
        one.pending = undefined
      }
      return problems
    },
  }
}

function show(value) {
  return value === undefined ? 'nowhere' : JSON.stringify(value)
}
