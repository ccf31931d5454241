import { IAM } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type AwsUnderTest,
  makeProfileHome,
  type ProfileHome,
} from '../../test/support/aws-under-test.ts'
import { aGrant, build, compile, ourthing } from '../../test/support/cloud-world.ts'
import { startEmbeddedAws } from '../../test/support/embedded-aws.ts'
import {
  applyPlan,
  type Connections,
  closeAll,
  connectAll,
  planChanges,
  planDestroy,
  readActual,
  verifyGrants,
} from './index.ts'

const nowMs = Date.now()
const grant = aGrant({
  principals: ['user/ana', 'user/bea'],
  externalId: 'k-1',
  sessionTags: { team: 'platform' },
  verifyAs: 'ana',
})
const compilation = compile([grant], [build, ourthing])

let aws: AwsUnderTest
let home: ProfileHome
let environment: Readonly<Record<string, string>>
let connections: Connections
let inBuild: IAM
let inOurthing: IAM

beforeAll(async () => {
  aws = await startEmbeddedAws()
  const roots = { build: await aws.keysOf(build.id), ourthing: await aws.keysOf(ourthing.id) }
  const client = (credentials: (typeof roots)['build']) =>
    new IAM({ endpoint: aws.url, region: 'us-east-1', credentials })
  inBuild = client(roots.build)
  inOurthing = client(roots.ourthing)
  await inBuild.createUser({ UserName: 'ana' })
  await inBuild.createUser({ UserName: 'bea' })
  const { AccessKey: key } = await inBuild.createAccessKey({ UserName: 'ana' })
  const ana = {
    accessKeyId: key?.AccessKeyId ?? '',
    secretAccessKey: key?.SecretAccessKey ?? '',
  }
  home = await makeProfileHome({
    'build-admin': roots.build,
    'ourthing-admin': roots.ourthing,
    ana,
  })
  environment = { ...home.environment, AWS_ENDPOINT_URL: aws.url }
  connections = await connectAll([build, ourthing], { environment })
})
afterAll(async () => {
  closeAll(connections)
  inBuild.destroy()
  inOurthing.destroy()
  await aws.stop()
  await home.remove()
})

async function verify(): Promise<readonly string[]> {
  const actual = await readActual(compilation, connections)
  const connect = { environment }
  const verifications = await verifyGrants(compilation, actual, { nowMs, connect })
  return verifications.map(({ kind, caller, detail }) => `${kind} ${caller}: ${detail}`)
}

async function apply(): Promise<void> {
  const plan = planChanges(compilation, await readActual(compilation, connections), { nowMs })
  expect(await applyPlan(plan, connections)).toMatchObject({ report: { ok: true } })
}

test('before anything is applied every way is refused, and it says what is missing', async () => {
  for (const line of await verify()) {
    expect(line).toMatch(/^refused .*role\/OurThingBuildRole does not exist in ourthing/)
  }
})

test('who can be asked proves it, the others are decided by the documents', async () => {
  await apply()
  const [ana, bea] = await verify()
  expect(ana).toBe(
    'proved user/ana in build: assumed as arn:aws:sts::222222222222:assumed-role/OurThingBuildRole/stile-verify',
  )
  expect(bea).toMatch(/^decided user\/bea.*not tried: profile `ana` signs in as .*user\/ana/)
})

test('a refusal names the document to mend, on either side', async () => {
  await apply()
  await inBuild.deleteUserPolicy({ UserName: 'ana', PolicyName: 'stile-push-images' })
  const [withoutPermission] = await verify()
  expect(withoutPermission).toMatch(/^refused user\/ana.*not authorized.*111111111111/)
  await apply()
  const roleName = compilation.roles[0]?.name
  const { Role: role } = await inOurthing.getRole({ RoleName: roleName })
  const trust = decodeURIComponent(role?.AssumeRolePolicyDocument ?? '')
  await inOurthing.updateAssumeRolePolicy({
    RoleName: roleName,
    PolicyDocument: trust.replaceAll('user/ana', 'user/bea'),
  })
  const [withoutTrust, bea] = await verify()
  expect(withoutTrust).toMatch(/^refused user\/ana.*not authorized.*trust policy.*222222222222/)
  expect(bea).toMatch(/^decided/)
})

test('afterwards everything is gone again', async () => {
  const plan = planDestroy(compilation, await readActual(compilation, connections))
  expect(await applyPlan(plan, connections)).toMatchObject({ report: { ok: true } })
  expect((await verify())[0]).toMatch(/^refused/)
})
