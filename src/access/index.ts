export type {
  AccessFile,
  Account,
  CallerPolicySettings,
  Expectation,
  ExpectationSubject,
  Expiry,
  ExternalFrom,
  Grant,
  GrantFrom,
  GrantPrincipal,
  GrantTo,
  OidcFrom,
  OwnAccountFrom,
  Partition,
  Permission,
  PermissionStatement,
  PrincipalKind,
  Requirements,
  SessionSettings,
} from './access-file.ts'
export type { CheckReport } from './check-access.ts'
export { checkAccess } from './check-access.ts'
export type {
  Compilation,
  DesiredCallerPolicy,
  DesiredOidcProvider,
  DesiredRole,
  NamedDocument,
} from './compilation.ts'
export type { CompileOutcome } from './compile-access.ts'
export { compileAccess, fileTagOf, withoutExpiredGrants } from './compile-access.ts'
export { roleArn } from './compile-arns.ts'
export { parseDurationSeconds } from './duration.ts'
export type { AccessAnswer, AccessQuestion } from './explain-access.ts'
export { explainAccess } from './explain-access.ts'
export { findAccessFile } from './find-access-file.ts'
export type { JsonSchema } from './json-schema.ts'
export { renderAccessFileJsonSchema } from './json-schema.ts'
export { loadAccessFile } from './load-access-file.ts'
export type { OidcAdmission, OidcSubject } from './oidc-subject.ts'
export { isGithubIssuer, readOidcSubject } from './oidc-subject.ts'
export type { AccessParse } from './parse-access-file.ts'
export { parseAccessFile } from './parse-access-file.ts'
export type { Place, Report } from './place.ts'
export { entryPlaces, itemPlaces, placeAt, problemAt, topPlace } from './place.ts'
export type { Position } from './position.ts'
export type { Problem } from './problem.ts'
export type { Proof } from './proof.ts'
export type { AccessSource } from './read-yaml.ts'
export { readYaml } from './read-yaml.ts'
export type { FirstAccess } from './render-access-file.ts'
export { renderFirstAccessFile } from './render-access-file.ts'
export { renderProblem } from './render-problem.ts'
export { parseShape } from './shape-problems.ts'
export type { AccessEstate } from './who-can-access.ts'
export { accessEstate } from './who-can-access.ts'
export { wrapText } from './wrap-text.ts'
export { valueAt } from './yaml-value.ts'
