export type { AssumeOutcome, AssumeRoleRequest } from './assume-role.ts'
export { assumeRole } from './assume-role.ts'
export type { CallerIdentity } from './caller-identity.ts'
export { getCallerIdentity } from './caller-identity.ts'
export type { Environment, SessionSettings } from './child-environment.ts'
export { childEnvironment, sessionVariables } from './child-environment.ts'
export type {
  ConsoleLink,
  ConsolePartition,
  FederationSignIn,
  SwitchRole,
} from './console-link.ts'
export { consoleDestination, federationLink, switchRoleLink } from './console-link.ts'
export type { Credentials } from './credentials.ts'
export type { KeysProfile, Profile, ProfileFile, ProfileSource, RoleProfile } from './profiles.ts'
export { profileNamesOutside, renderProfile, upsertProfiles } from './profiles.ts'
export type { ExportFormat } from './render-exports.ts'
export { renderExports } from './render-exports.ts'
export type { ChildOutcome, ChildSettings } from './run-child.ts'
export { runChild } from './run-child.ts'
export { SessionError } from './session-error.ts'
export type { SessionOwner } from './session-name.ts'
export { defaultSessionName } from './session-name.ts'
export type { ProfileSettings, SharedConfigPaths } from './shared-config.ts'
export { loadProfiles, profileSetting, sharedConfigPaths } from './shared-config.ts'
export type { SourceOutcome, SourceRequest } from './source-credentials.ts'
export { loadSourceCredentials } from './source-credentials.ts'
export type { StsEndpoint, StsRefusal } from './sts-call.ts'
export { writeFileAtomically } from './write-file.ts'
