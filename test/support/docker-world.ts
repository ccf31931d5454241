// An embedded AWS with registries in two accounts, and a home in which clients find Docker's credential helper.
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { CreateRepositoryCommand, ECRClient, SetRepositoryPolicyCommand } from '@aws-sdk/client-ecr'
import { type LocalWorld, startLocalWorld } from './local-world.ts'
import { root } from './run-stile.ts'

const accessFile = `accounts:
  hub:  { id: "111111111111", profile: hub-admin }
  shop: { id: "222222222222", profile: shop-admin }
  dock: { id: "333333333333", profile: dock-admin }
grants:
  push:
    from: { account: hub, principals: [user/administrator], verifyAs: hub-admin }
    to: { accounts: [shop, dock], role: Pusher }
    allow:
      - policy: AmazonEC2ContainerRegistryPowerUser
  look:
    from: { account: hub, principals: [user/administrator], verifyAs: hub-admin }
    to: { accounts: [shop], role: Looker }
    allow:
      - actions: [s3:ListAllMyBuckets]
        resources: ["*"]
`

export interface DockerWorld extends LocalWorld {
  readonly accessFile: string
  /** The registry of the account that is signed in to alone. */
  readonly shared: string
  /** The registry of one account, by a host of its own. */
  readonly own: (accountId: string) => string
  /** A repository of account `shop` as clients of the shared registry write it. */
  readonly image: (name: string) => string
  /** Of programs that shall find the helper, and no daemon. */
  readonly clientEnvironment: Readonly<Record<string, string>>
  /** In account `shop`. */
  readonly newRepository: (name: string, more?: object, policy?: object) => Promise<void>
  /** How often AWS was asked for it. */
  readonly calls: (operation: string) => number
}

export async function startDockerWorld(): Promise<DockerWorld> {
  const world = await startLocalWorld({
    accounts: [
      { id: '111111111111', name: 'hub' },
      { id: '222222222222', name: 'shop' },
      { id: '333333333333', name: 'dock' },
    ],
    accessFile,
  })
  const applied = await world.stile('apply', '--yes')
  if (applied.exitCode !== 0) {
    await world.stop()
    throw new Error(applied.stderr)
  }
  const programs = join(world.directory, 'programs')
  await mkdir(programs)
  const helper = 'docker-credential-stile'
  await symlink(join(root, `bin/${helper}.js`), join(programs, helper))
  const { port } = new URL(world.local.url)
  const shared = `127.0.0.1:${port}`
  return {
    ...world,
    accessFile,
    shared,
    own: (accountId) => `${accountId}.dkr.ecr.eu-west-1.localhost:${port}`,
    image: (name) => `${shared}/222222222222/eu-west-1/${name}`,
    clientEnvironment: {
      ...world.environment,
      PATH: `${programs}:${process.env.PATH}`,
      XDG_RUNTIME_DIR: world.directory,
      DOCKER_HOST: `unix://${join(world.directory, 'no-daemon')}`,
    },
    newRepository: (name, more = {}, policy) => newRepository(world, { name, more, policy }),
    calls: (operation) =>
      world.local.events().filter((event) => event.operation === operation).length,
  }
}

async function newRepository(
  { local }: LocalWorld,
  asked: { readonly name: string; readonly more: object; readonly policy: object | undefined },
): Promise<void> {
  const { name: repositoryName, more, policy } = asked
  const client = new ECRClient({
    endpoint: local.url,
    region: 'eu-west-1',
    credentials: local.userCredentials('222222222222', 'administrator'),
  })
  await client.send(new CreateRepositoryCommand({ repositoryName, ...more }))
  if (policy === undefined) return
  const policyText = JSON.stringify(policy)
  await client.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }))
}
