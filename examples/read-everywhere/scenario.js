import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { becomeRole, createRunnerRole, createUser } from '../principals.js'

export const title = 'a hub account reads many others'
export const strangers = { fourth: '555555555555' }
export const next = 'stile check examples/read-everywhere/exact'

const roleName = 'CrossAccountReadOnlyRole'
let inventory

export async function arrange({ admin, accountId, addProfile }) {
  inventory = await createUser(admin('hub'), 'inventory')
  await createRunnerRole(admin('hub'), 'inventory-runner', accountId('hub'))
  for (const name of ['shop', 'data', 'logs']) {
    const s3 = new S3Client(admin(name))
    await s3.send(new CreateBucketCommand({ Bucket: `${name}-of-the-company` }))
  }
  await addProfile({ kind: 'keys', name: 'inventory', ...inventory })
}

export async function work(world) {
  const { admin, assume, signedIn, step, refused, accountId } = world
  world.show('by default: the exact role ARNs', [await callerPolicy(world, 'exact')])

  await step('user inventory → all three, with one command', async () => {
    const { exitCode, stdout, stderr } = await world.stile(
      ...['exec', 'read-everywhere', '--each', '--profile', 'inventory', '--'],
      ...[process.execPath, 'list.js'],
    )
    if (exitCode !== 0) throw new Error(stderr)
    return stdout.trim().split('\n').join(', ')
  })
  const runnerArn = `arn:aws:iam::${accountId('hub')}:role/inventory-runner`
  const runner = await becomeRole(admin('hub'), runnerArn)
  await step('role inventory-runner → logs', async () => {
    const session = await assume('read-everywhere', runner, { account: 'logs' })
    return `holds ${roleName} until ${new Date(session.expiresAtMs).toISOString().slice(11, 16)}Z`
  })

  for (const account of ['shop', 'data', 'logs']) {
    const session = await assume('read-everywhere', inventory, { account })
    await refused(`a write in ${account}`, () =>
      new S3Client(signedIn(session)).send(
        new CreateBucketCommand({ Bucket: `new-in-${account}` }),
      ),
    )
  }
  await refused('a fourth account, which has no such role', () =>
    new STSClient(signedIn(inventory)).send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${accountId('fourth')}:role/${roleName}`,
        RoleSessionName: 'inventory',
      }),
    ),
  )
}

/** The document of the caller's side that a file compiles to. */
async function callerPolicy(world, file) {
  const { stdout } = await world.stile('check', file, '--json')
  const { compilation } = JSON.parse(stdout)
  return JSON.stringify(compilation.callerPolicies[0].document)
}
