import { GetRoleCommand, IAMClient, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { createGroup, createUser } from '../principals.js'

export const title = 'the people of one group work in another account, an hour at a time'
export const next = 'stile check examples/team-access/administrator'

/** Access keys of the two people, by name. */
const keys = new Map()

export async function arrange({ admin, addProfile }) {
  for (const name of ['ana', 'bob']) keys.set(name, await createUser(admin('trusted'), name))
  await createGroup(admin('trusted'), 'Developers', ['ana'])
  await new S3Client(admin('trusting')).send(new CreateBucketCommand({ Bucket: 'team-notes' }))
  await addProfile({ kind: 'keys', name: 'ana', ...keys.get('ana') })
}

export async function work(world) {
  const { assume, signedIn, step, refused } = world
  const session = await assume('team-work', keys.get('ana'))
  await step('ana (group Developers) → TeamRole', async () => {
    const seconds = Math.round((session.expiresAtMs - world.nowMs()) / 1000)
    if (Math.abs(seconds - 3600) > 2) throw new Error(`the session holds ${seconds} s, not 3600 s`)
    return 'a session that expires after 3,600 s'
  })
  await step('a child process with the credentials in its environment', async () => {
    const child = await world.run([process.execPath, 'child.js'], {
      AWS_ACCESS_KEY_ID: session.accessKeyId,
      AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
      AWS_SESSION_TOKEN: session.sessionToken,
    })
    if (child.exitCode !== 0) throw new Error(child.stderr)
    return child.stdout.trim()
  })
  await refused('bob, who is not in the group', () => assume('team-work', keys.get('bob')))

  await world.later(3601, () =>
    refused('the session one second after it expired', () =>
      new S3Client(signedIn(session)).send(
        new GetObjectCommand({ Bucket: 'team-notes', Key: 'todo.txt' }),
      ),
    ),
  )
  await step('check the same role with AdministratorAccess', async () => {
    const { stdout } = await world.stile('check', 'administrator')
    const warning = stdout.split('\n').find((line) => line.includes('AdministratorAccess'))
    if (warning === undefined) throw new Error('check did not warn')
    return 'warns: whoever gets in may do anything in trusting'
  })
  await widenTrust(world)
  await step('drift, after somebody widened the trust by hand', async () => {
    const { exitCode, stdout } = await world.stile('drift')
    if (exitCode !== 1) throw new Error(`drift ended with ${exitCode}, not 1: ${stdout}`)
    return `exit 1: ${stdout.split('\n')[0]}`
  })
}

/** What an administrator in a hurry does: lets a whole stranger in. */
async function widenTrust({ admin }) {
  const iam = new IAMClient(admin('trusting'))
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'TeamRole' }))
  const trust = JSON.parse(decodeURIComponent(Role.AssumeRolePolicyDocument))
  trust.Statement.push({
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::333333333333:root' },
    Action: 'sts:AssumeRole',
  })
  await iam.send(
    new UpdateAssumeRolePolicyCommand({
      RoleName: 'TeamRole',
      PolicyDocument: JSON.stringify(trust),
    }),
  )
}
