import { X509Certificate } from 'node:crypto'
import type { Operation } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'
import type { Store, Table } from '../../store/store.ts'
import type { User } from './entities.ts'
import { limitExceeded, noSuchEntity } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import { iamOperation } from './iam-operation.ts'
import type { PageInput } from './page.ts'
import { paginate } from './page.ts'
import { iamQuotas } from './quotas.ts'
import { newPlainId } from './unique-id.ts'
import type { OptionalUserInput } from './user.ts'
import { findNamedUser, namedUserArn, namedUserContext } from './user.ts'

/** What a user signs old SOAP calls with. */
export interface SigningCertificate {
  readonly id: string
  readonly body: string
  /** SHA-256, in hexadecimal. */
  readonly fingerprint: string
  readonly isActive: boolean
  readonly uploadedAtMs: number
}

/** By the user's unique id; a root user's by its account id. */
const tableOf = (store: Store): Table<readonly SigningCertificate[]> =>
  store.table('iam.signing-certificates', '')

export function certificatesOf(
  user: User | undefined,
  call: IamCall,
): readonly SigningCertificate[] {
  return tableOf(call.store).get(user?.id ?? call.accountId) ?? []
}

function save(user: User | undefined, all: readonly SigningCertificate[], call: IamCall): void {
  const key = user?.id ?? call.accountId
  if (all.length === 0) tableOf(call.store).delete(key)
  else tableOf(call.store).set(key, all)
}

const asked = { resource: namedUserArn, context: namedUserContext }

const uploadSigningCertificate = iamOperation<
  OptionalUserInput & { readonly CertificateBody: string },
  object
>({
  name: 'UploadSigningCertificate',
  ...asked,
  run(input, call) {
    const user = findNamedUser(input, call)
    const fingerprint = requireCertificate(input.CertificateBody)
    const all = certificatesOf(user, call)
    const twin = all.find((one) => one.fingerprint === fingerprint)
    if (twin !== undefined) {
      const message = `Duplicate of the certificate ${twin.id}`
      throw new ServiceError('DuplicateCertificate', message, { status: 409 })
    }
    const limit = iamQuotas.signingCertificatesPerUser
    if (all.length >= limit)
      throw limitExceeded(`Cannot exceed quota for CertificatesPerUser: ${limit}`)
    const certificate: SigningCertificate = {
      id: newPlainId(call.randomBytes),
      body: input.CertificateBody,
      fingerprint,
      isActive: true,
      uploadedAtMs: call.nowMs,
    }
    save(user, [...all, certificate], call)
    return { Certificate: renderCertificate(certificate, user) }
  },
})

function requireCertificate(body: string): string {
  const certificate = parseCertificate(body)
  if (certificate !== undefined) return certificate.fingerprint256.replaceAll(':', '').toLowerCase()
  const message = 'Unable to parse certificate. Please ensure the certificate is in PEM format.'
  throw new ServiceError('MalformedCertificate', message)
}

function parseCertificate(body: string): X509Certificate | undefined {
  try {
    return new X509Certificate(body)
  } catch {
    return undefined
  }
}

function renderCertificate(certificate: SigningCertificate, user: User | undefined): object {
  return {
    ...(user === undefined ? {} : { UserName: user.name }),
    CertificateId: certificate.id,
    CertificateBody: certificate.body,
    Status: certificate.isActive ? 'Active' : 'Inactive',
    UploadDate: new Date(certificate.uploadedAtMs),
  }
}

const listSigningCertificates = iamOperation<OptionalUserInput & PageInput, object>({
  name: 'ListSigningCertificates',
  ...asked,
  run(input, call) {
    const user = findNamedUser(input, call)
    const sorted = certificatesOf(user, call).toSorted((a, b) => (a.id < b.id ? -1 : 1))
    const page = paginate(sorted, input, (one) => one.id)
    const rendered = page.items.map((one) => renderCertificate(one, user))
    return { Certificates: rendered, ...page.more }
  },
})

interface CertificateInput extends OptionalUserInput {
  readonly CertificateId: string
}

function requireOwn(input: CertificateInput, call: IamCall): SigningCertificate {
  const all = certificatesOf(findNamedUser(input, call), call)
  const found = all.find((one) => one.id === input.CertificateId)
  if (found !== undefined) return found
  throw noSuchEntity(`The Certificate with id ${input.CertificateId} cannot be found.`)
}

const updateSigningCertificate = iamOperation<
  CertificateInput & { readonly Status: string },
  object
>({
  name: 'UpdateSigningCertificate',
  ...asked,
  run(input, call) {
    const found = requireOwn(input, call)
    const user = findNamedUser(input, call)
    const changed = { ...found, isActive: input.Status === 'Active' }
    const all = certificatesOf(user, call).map((one) => (one.id === found.id ? changed : one))
    save(user, all, call)
    return {}
  },
})

const deleteSigningCertificate = iamOperation<CertificateInput, object>({
  name: 'DeleteSigningCertificate',
  ...asked,
  run(input, call) {
    const found = requireOwn(input, call)
    const user = findNamedUser(input, call)
    save(
      user,
      certificatesOf(user, call).filter((one) => one.id !== found.id),
      call,
    )
    return {}
  },
})

export const signingCertificateOperations: readonly Operation[] = [
  uploadSigningCertificate,
  listSigningCertificates,
  updateSigningCertificate,
  deleteSigningCertificate,
]
