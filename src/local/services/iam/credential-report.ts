import type { Operation } from '../../operation.ts'
import { ServiceError } from '../../service-error.ts'
import type { Store, Table } from '../../store/store.ts'
import { keysOfUser } from './access-key-operations.ts'
import type { AccessKey, User } from './entities.ts'
import type { IamCall } from './iam-operation.ts'
import { iamOperation } from './iam-operation.ts'
import { loginProfilesOf, passwordExpiresAtMs } from './login-profile.ts'
import { mfaDevicesOfUser } from './mfa-device.ts'
import { certificatesOf, type SigningCertificate } from './signing-certificate.ts'
import { accountsOf, lastUsedOf, usersOf } from './tables.ts'

interface Report {
  readonly generatedAtMs: number
  readonly csv: string
}

/** By account id. */
const reportsOf = (store: Store): Table<Report> => store.table('iam.credential-reports', '')

/** AWS: a report is good for four hours; until then there is no newer one. */
const reportLastsMs = 4 * 3_600_000

function isFresh(report: Report | undefined, call: IamCall): report is Report {
  return report !== undefined && call.nowMs - report.generatedAtMs < reportLastsMs
}

const generateCredentialReport = iamOperation<object, object>({
  name: 'GenerateCredentialReport',
  run(_input, call) {
    if (isFresh(reportsOf(call.store).get(call.accountId), call)) return { State: 'COMPLETE' }
    const report = { generatedAtMs: call.nowMs, csv: renderReport(call) }
    reportsOf(call.store).set(call.accountId, report)
    const description = 'No report exists. Starting a new report generation task'
    return { State: 'STARTED', Description: description }
  },
})

const getCredentialReport = iamOperation<object, object>({
  name: 'GetCredentialReport',
  run(_input, call) {
    const report = reportsOf(call.store).get(call.accountId)
    if (report === undefined) throw gone('ReportNotPresent', 'No report exists')
    if (!isFresh(report, call)) throw gone('ReportExpired', 'Report is expired')
    return {
      Content: Buffer.from(report.csv),
      ReportFormat: 'text/csv',
      GeneratedTime: new Date(report.generatedAtMs),
    }
  },
})

function gone(code: string, message: string): ServiceError {
  return new ServiceError(code, message, { status: 410 })
}

const columns = [
  'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed',
  'password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated',
  'access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service',
  'access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date',
  'access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active',
  'cert_1_last_rotated,cert_2_active,cert_2_last_rotated',
].join(',')

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html */
function renderReport(call: IamCall): string {
  const users = [...usersOf(call.store, call.accountId).entries()].map(([, user]) => user)
  const rows = [renderRoot(call), ...users.map((user) => renderUser(user, call))]
  return [columns, ...rows.map((cells) => cells.map(quote).join(','))].join('\n')
}

function renderRoot(call: IamCall): readonly string[] {
  const createdAtMs = accountsOf(call.store).get(call.accountId)?.createdAtMs ?? 0
  return [
    '<root_account>',
    `arn:aws:iam::${call.accountId}:root`,
    renderTime(createdAtMs),
    ...['not_supported', 'no_information', 'not_supported', 'not_supported', 'false'],
    ...renderKeys(undefined, call),
    ...renderCertificates([]),
  ]
}

function renderUser(user: User, call: IamCall): readonly string[] {
  return [
    user.name,
    user.arn,
    renderTime(user.createdAtMs),
    ...renderPassword(user, call),
    String(mfaDevicesOfUser(call.store, user).length > 0),
    ...renderKeys(user, call),
    ...renderCertificates(certificatesOf(user, call)),
  ]
}

/** Passwords are for the console, and nobody signs in to one here. */
function renderPassword(user: User, call: IamCall): readonly string[] {
  const profile = loginProfilesOf(call.store).get(user.id)
  if (profile === undefined) return ['false', 'N/A', 'N/A', 'N/A']
  const expiresAtMs = passwordExpiresAtMs(profile, call)
  const rotation = expiresAtMs === undefined ? 'N/A' : renderTime(expiresAtMs)
  return ['true', 'no_information', renderTime(profile.changedAtMs), rotation]
}

function renderKeys(user: User | undefined, call: IamCall): readonly string[] {
  const keys = keysOfUser(user, call).toSorted((a, b) => a.createdAtMs - b.createdAtMs)
  return [0, 1].flatMap((at) => renderKey(keys[at], call))
}

function renderKey(key: AccessKey | undefined, call: IamCall): readonly string[] {
  if (key === undefined) return ['false', 'N/A', 'N/A', 'N/A', 'N/A']
  const used = lastUsedOf(call.store).get(key.accessKeyId)
  const use =
    used === undefined ? ['N/A', 'N/A', 'N/A'] : [renderTime(used.atMs), used.region, used.service]
  return [String(key.isActive), renderTime(key.createdAtMs), ...use]
}

function renderCertificates(certificates: readonly SigningCertificate[]): readonly string[] {
  return [0, 1].flatMap((at) => {
    const one = certificates[at]
    return one === undefined
      ? ['false', 'N/A']
      : [String(one.isActive), renderTime(one.uploadedAtMs)]
  })
}

function renderTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}+00:00`
}

/** Names may hold commas. */
function quote(cell: string): string {
  return cell.includes(',') ? `"${cell}"` : cell
}

export const credentialReportOperations: readonly Operation[] = [
  generateCredentialReport,
  getCredentialReport,
]
