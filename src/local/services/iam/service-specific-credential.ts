import type { Operation } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'
import type { Store, Table } from '../../store/store.ts'
import type { User } from './entities.ts'
import { limitExceeded, noSuchEntity } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import { iamOperation } from './iam-operation.ts'
import { hashPassword, type PasswordHash, saltBytes } from './password-hash.ts'
import { iamQuotas } from './quotas.ts'
import { newUniqueId } from './unique-id.ts'
import type { OptionalUserInput } from './user.ts'
import { findNamedUser, namedUserArn, namedUserContext } from './user.ts'

/** A user name and password for a service that takes no signatures. */
export interface ServiceCredential {
  readonly id: string
  readonly serviceName: string
  readonly serviceUserName: string
  readonly password: PasswordHash
  readonly isActive: boolean
  readonly createdAtMs: number
}

/** By the user's unique id. */
const tableOf = (store: Store): Table<readonly ServiceCredential[]> =>
  store.table('iam.service-credentials', '')

export function serviceCredentialsOf(user: User, call: IamCall): readonly ServiceCredential[] {
  return tableOf(call.store).get(user.id) ?? []
}

function save(user: User, all: readonly ServiceCredential[], call: IamCall): void {
  if (all.length === 0) tableOf(call.store).delete(user.id)
  else tableOf(call.store).set(user.id, all)
}

const services = ['cassandra.amazonaws.com', 'codecommit.amazonaws.com']

function requireService(name: string): void {
  if (services.includes(name)) return
  if (name === 'bedrock.amazonaws.com') {
    const message = 'Service-specific credentials of bedrock.amazonaws.com are not built'
    throw new ServiceError('NotImplemented', message, { status: 501 })
  }
  throw noSuchEntity(`No such service ${name} is supported for Service Specific Credentials`)
}

function requireUser(input: OptionalUserInput, call: IamCall): User {
  const user = findNamedUser(input, call)
  if (user !== undefined) return user
  throw noSuchEntity('The root user has no service-specific credentials.')
}

const asked = { resource: namedUserArn, context: namedUserContext }

interface CreateInput extends OptionalUserInput {
  readonly ServiceName: string
}

const createServiceSpecificCredential = iamOperation<CreateInput, object>({
  name: 'CreateServiceSpecificCredential',
  ...asked,
  run(input, call) {
    const user = requireUser(input, call)
    requireService(input.ServiceName)
    const all = serviceCredentialsOf(user, call)
    const ofService = all.filter((one) => one.serviceName === input.ServiceName)
    const limit = iamQuotas.serviceCredentialsPerService
    if (ofService.length >= limit) {
      throw limitExceeded(`Cannot exceed quota for ServiceSpecificCredentialsPerUser: ${limit}`)
    }
    const count = ofService.length === 0 ? '' : `+${ofService.length}`
    const { password, secret } = newSecret(call)
    const credential: ServiceCredential = {
      id: newUniqueId('serviceCredential', call.randomBytes),
      serviceName: input.ServiceName,
      serviceUserName: `${user.name}${count}-at-${call.accountId}`,
      password,
      isActive: true,
      createdAtMs: call.nowMs,
    }
    save(user, [...all, credential], call)
    const rendered = { ...render(credential, user), ServicePassword: secret }
    return { ServiceSpecificCredential: rendered }
  },
})

function newSecret(call: IamCall): { readonly password: PasswordHash; readonly secret: string } {
  const secret = call.randomBytes(33).toString('base64')
  const salt = call.randomBytes(saltBytes).toString('base64')
  return { password: hashPassword(secret, salt), secret }
}

function render(credential: ServiceCredential, user: User): object {
  return {
    UserName: user.name,
    Status: credential.isActive ? 'Active' : 'Inactive',
    ServiceUserName: credential.serviceUserName,
    CreateDate: new Date(credential.createdAtMs),
    ServiceSpecificCredentialId: credential.id,
    ServiceName: credential.serviceName,
  }
}

const listServiceSpecificCredentials = iamOperation<
  OptionalUserInput & { readonly ServiceName?: string },
  object
>({
  name: 'ListServiceSpecificCredentials',
  ...asked,
  run(input, call) {
    const user = requireUser(input, call)
    const { ServiceName: name } = input
    if (name !== undefined) requireService(name)
    const all = serviceCredentialsOf(user, call)
    const wanted = all.filter((one) => name === undefined || one.serviceName === name)
    return { ServiceSpecificCredentials: wanted.map((one) => render(one, user)) }
  },
})

interface CredentialInput extends OptionalUserInput {
  readonly ServiceSpecificCredentialId: string
}

interface Owned {
  readonly user: User
  readonly credential: ServiceCredential
}

function requireOwn(input: CredentialInput, call: IamCall): Owned {
  const user = requireUser(input, call)
  const { ServiceSpecificCredentialId: id } = input
  const credential = serviceCredentialsOf(user, call).find((one) => one.id === id)
  if (credential !== undefined) return { user, credential }
  throw noSuchEntity(`No such credential ${id} exists`)
}

function replace({ user, credential }: Owned, call: IamCall): void {
  const all = serviceCredentialsOf(user, call)
  save(
    user,
    all.map((one) => (one.id === credential.id ? credential : one)),
    call,
  )
}

const updateServiceSpecificCredential = iamOperation<
  CredentialInput & { readonly Status: string },
  object
>({
  name: 'UpdateServiceSpecificCredential',
  ...asked,
  run(input, call) {
    const { user, credential } = requireOwn(input, call)
    const changed = { ...credential, isActive: input.Status === 'Active' }
    replace({ user, credential: changed }, call)
    return {}
  },
})

const resetServiceSpecificCredential = iamOperation<CredentialInput, object>({
  name: 'ResetServiceSpecificCredential',
  ...asked,
  run(input, call) {
    const { user, credential } = requireOwn(input, call)
    const { password, secret } = newSecret(call)
    replace({ user, credential: { ...credential, password } }, call)
    const rendered = { ...render(credential, user), ServicePassword: secret }
    return { ServiceSpecificCredential: rendered }
  },
})

const deleteServiceSpecificCredential = iamOperation<CredentialInput, object>({
  name: 'DeleteServiceSpecificCredential',
  ...asked,
  run(input, call) {
    const { user, credential } = requireOwn(input, call)
    save(
      user,
      serviceCredentialsOf(user, call).filter((one) => one !== credential),
      call,
    )
    return {}
  },
})

export const serviceSpecificCredentialOperations: readonly Operation[] = [
  createServiceSpecificCredential,
  listServiceSpecificCredentials,
  updateServiceSpecificCredential,
  resetServiceSpecificCredential,
  deleteServiceSpecificCredential,
]
