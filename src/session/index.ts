export type { Alias } from './aliases.ts'
export { aliasesPath, loadAliases, removeAlias, saveAlias } from './aliases.ts'
export type { AssumeOutcome, AssumeRoleRequest } from './assume-role.ts'
export { assumeRole } from './assume-role.ts'
export { cacheDirectory, configDirectory } from './cache/cache-paths.ts'
export { forgetSessions, roleOfSession } from './cache/forget-sessions.ts'
export type { QuickAnswer, QuickAnswerPlace } from './cache/quick-answer.ts'
export { keepQuickAnswer } from './cache/quick-answer.ts'
export type { RecentUse } from './cache/recent-use.ts'
export { loadRecentUse, noteUse, recentUsePath } from './cache/recent-use.ts'
export type { CachedSession, SessionCache } from './cache/session-cache.ts'
export { openSessionCache } from './cache/session-cache.ts'
export { sweepCache } from './cache/sweep-cache.ts'
export type { CallerIdentity } from './caller-identity.ts'
export { getCallerIdentity } from './caller-identity.ts'
export type { Environment, SessionSettings } from './child-environment.ts'
export { childEnvironment, sessionVariables } from './child-environment.ts'
export type { CiEntry, CiJob, CiPlace, CiPlan, CredentialSource } from './ci/ci-job.ts'
export { planCiJob } from './ci/ci-job.ts'
export { renderEnvironment } from './ci/render-environment.ts'
export type { GithubStyle } from './ci/render-github.ts'
export { renderGithub } from './ci/render-github.ts'
export { renderGitlab } from './ci/render-gitlab.ts'
export type {
  ConsoleLink,
  ConsolePartition,
  FederationSignIn,
  SwitchRole,
} from './console-link.ts'
export { consoleDestination, federationLink, switchRoleLink } from './console-link.ts'
export type { CredentialServer } from './credential-server.ts'
export { startCredentialServer } from './credential-server.ts'
export type { Credentials } from './credentials.ts'
export { neverMs } from './credentials.ts'
export type { HelperChange, HelperEdit } from './docker/docker-config.ts'
export { changeDockerConfig, dockerConfigPath } from './docker/docker-config.ts'
export type { ImageAddress, RegistryAddress } from './docker/registry-address.ts'
export {
  hostOfServerUrl,
  loopbackHost,
  parseImageAddress,
  parseRegistryHost,
  registryHosts,
} from './docker/registry-address.ts'
export type { RegistryEntry } from './docker/registry-map.ts'
export { changeRegistries, loadRegistries } from './docker/registry-map.ts'
export type { RegistryPassword, RegistryPasswordOutcome } from './docker/registry-password.ts'
export { obtainRegistryPassword } from './docker/registry-password.ts'
export { forgetRegistryPasswords } from './docker/registry-shelf.ts'
export type { RepositoryReading } from './docker/repository.ts'
export { readRepository } from './docker/repository.ts'
export { readConfigFile, replaceConfigFile } from './edit-config-file.ts'
export { countHops, profileHop } from './expand-plan.ts'
export type { ProfileKeys } from './keychain/import-keys.ts'
export {
  dropCommand,
  findProfileKeys,
  replaceProfileKeys,
  useCommand,
} from './keychain/import-keys.ts'
export type { KeptKeys, KeptOutcome, KeyRing, LongTermKeys } from './keychain/kept-keys.ts'
export { openKeyReader, openKeyRing } from './keychain/kept-keys.ts'
export { openEveryCache, openKeychainSessions } from './keychain/keychain-sessions.ts'
export { whyNoKeychain } from './keychain/keychain-store.ts'
export type { KeysReading } from './keychain/parse-keys.ts'
export { parseKeys } from './keychain/parse-keys.ts'
export type { ObtainOutcome, ObtainTools } from './obtain-session.ts'
export { obtainSession } from './obtain-session.ts'
export { followProfiles } from './profile-chain.ts'
export type { SharedConfigFinding } from './profile-lint.ts'
export { lintSharedConfig } from './profile-lint.ts'
export type { OnlineLint } from './profile-lint-online.ts'
export { lintKeysOnline } from './profile-lint-online.ts'
export type { LintSeverity } from './profile-lint-rules.ts'
export type {
  KeysProfile,
  ProcessProfile,
  Profile,
  ProfileFile,
  ProfileSource,
  RoleProfile,
} from './profiles.ts'
export {
  profileNamesInside,
  profileNamesOutside,
  renderCommand,
  renderProfile,
  upsertProfiles,
  withoutProfiles,
} from './profiles.ts'
export type { QuotingShell } from './quote-for-shell.ts'
export { quoteForShell } from './quote-for-shell.ts'
export type { ExportFormat, ShellFormat } from './render-exports.ts'
export { isShellFormat, renderExports, renderLeaving } from './render-exports.ts'
export type { ChildOutcome, ChildSettings } from './run-child.ts'
export { runChild } from './run-child.ts'
export type { ServerEnvironment } from './server-environment.ts'
export { serverEnvironment } from './server-environment.ts'
export { SessionError } from './session-error.ts'
export type { SessionOwner } from './session-name.ts'
export { defaultSessionName } from './session-name.ts'
export type { PlanSource, RoleHop, SessionPlan } from './session-plan.ts'
export { chainedLimitSeconds, parseSource, renderSource } from './session-plan.ts'
export type { ProfileSettings, SharedConfigPaths } from './shared-config.ts'
export { loadProfiles, profileSetting, sharedConfigPaths } from './shared-config.ts'
export type { Leaving } from './shell-assumption.ts'
export { assumptionOf, leaveAssumption, startingEnvironment } from './shell-assumption.ts'
export type { SourceOutcome, SourceRequest } from './source-credentials.ts'
export { loadSourceCredentials } from './source-credentials.ts'
export type { StsEndpoint, StsRefusal } from './sts-call.ts'
export { writeFileAtomically } from './write-file.ts'
