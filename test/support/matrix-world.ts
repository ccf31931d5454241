import { CreateRoleCommand } from '@aws-sdk/client-iam'
import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  DetachPolicyCommand,
  type PolicyType,
} from '@aws-sdk/client-organizations'
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import type {
  Document,
  ReferenceScenario,
  StatementJson,
} from '../conformance/reference/document.ts'
import type { MatrixCaller } from './matrix-callers.ts'
import {
  boundaryDocument,
  callerNames,
  identityDocuments,
  limitDocuments,
  makeCallers,
  somethingElse,
} from './matrix-callers.ts'
import { type OrganizationWorld, startOrganization } from './organization-world.ts'
import { type SentCall, startSigningClient } from './signing-client.ts'

/** How the resource's policy speaks of the callers. */
export const forms = [
  'none',
  'account',
  'principal',
  'session',
  'condition',
  'everyone',
  'deny',
] as const
export type Form = (typeof forms)[number]

export const places = ['same account', 'other account'] as const
export type Place = (typeof places)[number]

export const actions = ['s3:GetObject', 'sts:AssumeRole'] as const
export type Action = (typeof actions)[number]

/** Which account a control policy is attached to: callers are of `home`. */
export const targets = ['nowhere', 'home', 'other'] as const
export type Target = (typeof targets)[number]

export interface Controls {
  readonly scp: Target
  readonly rcp: Target
}

export interface Cell {
  readonly action: Action
  readonly place: Place
  readonly form: Form
}

export type Answer = 'yes' | 'no'

export interface MatrixWorld {
  readonly callers: readonly MatrixCaller[]
  readonly control: (controls: Controls) => Promise<void>
  /** Asks by a signed call. Any refusal but a denial is a failure. */
  readonly ask: (caller: MatrixCaller, cell: Cell) => Promise<Answer>
  /** The same question, as the reference is asked. */
  readonly scenarioOf: (caller: MatrixCaller, cell: Cell, controls: Controls) => ReferenceScenario
  readonly stop: () => Promise<void>
}

interface Build {
  readonly world: OrganizationWorld
  readonly home: string
  readonly other: string
}

/** An organization with two member accounts: callers of every kind in one, a bucket and roles of every form in both. */
export async function startMatrixWorld(): Promise<MatrixWorld> {
  const world = await startOrganization()
  await world.enable('SERVICE_CONTROL_POLICY')
  await world.enable('RESOURCE_CONTROL_POLICY')
  const home = await world.newAccount('home')
  const other = await world.newAccount('other')
  const build: Build = { world, home, other }
  const callers = await makeCallers(world, home)
  for (const accountId of [home, other]) {
    await makeBucket(build, accountId)
    await makeTargets(build, accountId)
  }
  const client = startSigningClient(world.aws.port)
  return {
    callers,
    control: await controlling(build),
    async ask(caller, cell) {
      const { status, body } = await client.send(caller.keys, callOf(build, cell))
      if (status === 200) return 'yes'
      if (status === 403 && body.includes('<Code>AccessDenied</Code>')) return 'no'
      throw new Error(`${status} ${body}`)
    },
    scenarioOf: (caller, cell, controls) => scenarioOf(build, caller, { ...cell, ...controls }),
    async stop() {
      client.stop()
      await world.stop()
    },
  }
}

function accountOf({ home, other }: Build, place: Place): string {
  return place === 'same account' ? home : other
}

function callOf(build: Build, { action, place, form }: Cell): SentCall {
  const account = accountOf(build, place)
  if (action === 's3:GetObject') {
    return { service: 's3', method: 'GET', path: `/${bucketOf(account)}/${form}` }
  }
  const RoleArn = targetArn(account, form)
  const fields = { Action: 'AssumeRole', Version: '2011-06-15', RoleArn, RoleSessionName: 'there' }
  return { service: 'sts', method: 'POST', path: '/', form: fields }
}

function scenarioOf(build: Build, caller: MatrixCaller, cell: Cell & Controls): ReferenceScenario {
  const account = accountOf(build, cell.place)
  const isRead = cell.action === 's3:GetObject'
  const resource = isRead ? objectArn(account, cell.form) : targetArn(account, cell.form)
  const { sessionPolicy } = caller
  const bound = (target: Target, accountId: string): boolean =>
    target !== 'nowhere' && build[target] === accountId
  return {
    request: {
      principal: caller.principal,
      action: cell.action,
      resource,
      resourceAccount: account,
      context: {},
    },
    managementAccount: build.world.management,
    policies: {
      identity: identityDocuments(caller),
      boundary: listed(boundaryDocument(caller)),
      session: sessionPolicy === 'none' ? null : [limitDocuments[sessionPolicy]],
      resource: {
        Version: '2012-10-17',
        Statement: statementsOf(build, cell.form).map((statement) => ({
          ...statement,
          Action: cell.action,
          ...(isRead ? { Resource: resource } : {}),
        })),
      },
      scp: [[fullAccess], [bound(cell.scp, build.home) ? somethingElse : fullAccess]],
      rcp: [[], bound(cell.rcp, account) ? [nobody] : []],
      vpce: null,
    },
  }
}

function listed(document: Document | null): readonly Document[] | null {
  return document === null ? null : [document]
}

const version = { Version: '2012-10-17' } as const
const fullAccess: Document = {
  ...version,
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
}
const nobody: Document = {
  ...version,
  Statement: [
    { Effect: 'Deny', Principal: '*', Action: ['s3:GetObject', 'sts:AssumeRole'], Resource: '*' },
  ],
}

/** The elements that make a statement speak of the callers in one form. */
function statementsOf({ world, home }: Build, form: Form): readonly StatementJson[] {
  const { principals, sessions } = callerNames(home)
  const allow = { Effect: 'Allow' } as const
  const account = { AWS: `arn:aws:iam::${home}:root` }
  const table: Readonly<Record<Form, readonly StatementJson[]>> = {
    none: [{ ...allow, Principal: { AWS: `arn:aws:iam::${world.outside}:root` } }],
    account: [{ ...allow, Principal: account }],
    principal: [{ ...allow, Principal: { AWS: principals } }],
    session: [{ ...allow, Principal: { AWS: sessions } }],
    condition: [
      {
        ...allow,
        Principal: '*',
        Condition: { ArnEquals: { 'aws:PrincipalArn': principals } },
      },
    ],
    everyone: [{ ...allow, Principal: '*' }],
    deny: [
      { ...allow, Principal: '*' },
      { Effect: 'Deny', Principal: account },
    ],
  }
  return table[form]
}

function bucketOf(accountId: string): string {
  return `matrix-${accountId}`
}

function objectArn(accountId: string, form: Form): string {
  return `arn:aws:s3:::${bucketOf(accountId)}/${form}`
}

async function makeBucket(build: Build, accountId: string): Promise<void> {
  const { world } = build
  const s3 = world.s3(world.root(accountId))
  const Bucket = bucketOf(accountId)
  await s3.send(new CreateBucketCommand({ Bucket }))
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket }))
  const Statement = forms.flatMap((form) =>
    statementsOf(build, form).map((statement) => ({
      ...statement,
      Action: 's3:GetObject',
      Resource: objectArn(accountId, form),
    })),
  )
  const Policy = JSON.stringify({ ...version, Statement })
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  for (const Key of forms) await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }))
}

function targetArn(accountId: string, form: Form): string {
  return `arn:aws:iam::${accountId}:role/target-${form}`
}

async function makeTargets(build: Build, accountId: string): Promise<void> {
  const { world } = build
  const iam = world.iam(world.root(accountId))
  for (const form of forms) {
    const Statement = statementsOf(build, form).map((statement) => ({
      ...statement,
      Action: 'sts:AssumeRole',
    }))
    const AssumeRolePolicyDocument = JSON.stringify({ ...version, Statement })
    await iam.send(new CreateRoleCommand({ RoleName: `target-${form}`, AssumeRolePolicyDocument }))
  }
}

/** Moves the control policies about: an SCP that omits everything asked here, an RCP that denies it. */
async function controlling(build: Build): Promise<MatrixWorld['control']> {
  const { world } = build
  const create = async (Type: PolicyType, document: Document): Promise<string> => {
    const Content = JSON.stringify(document)
    const input = { Type, Name: Type, Description: '', Content }
    const { Policy } = await world.admin.send(new CreatePolicyCommand(input))
    return Policy?.PolicySummary?.Id ?? ''
  }
  const scp = await create('SERVICE_CONTROL_POLICY', somethingElse)
  const rcp = await create('RESOURCE_CONTROL_POLICY', nobody)
  const attach = (PolicyId: string, TargetId: string) =>
    world.admin.send(new AttachPolicyCommand({ PolicyId, TargetId }))
  const detach = (PolicyId: string, TargetId: string) =>
    world.admin.send(new DetachPolicyCommand({ PolicyId, TargetId }))
  let now: Controls = { scp: 'nowhere', rcp: 'nowhere' }
  return async (controls) => {
    if (now.scp !== 'nowhere') {
      await attach('p-FullAWSAccess', build[now.scp])
      await detach(scp, build[now.scp])
    }
    if (now.rcp !== 'nowhere') await detach(rcp, build[now.rcp])
    now = controls
    if (controls.scp !== 'nowhere') {
      await attach(scp, build[controls.scp])
      await detach('p-FullAWSAccess', build[controls.scp])
    }
    if (controls.rcp !== 'nowhere') await attach(rcp, build[controls.rcp])
  }
}
