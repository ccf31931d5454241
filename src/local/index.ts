export type { FaultReading, FaultSettings } from './control/fault-settings.ts'
export { noFaults, parseFaults } from './control/fault-settings.ts'
export type { Event, EventDecision } from './event-history.ts'
export type { LocalAws, LocalAwsOptions } from './local-aws.ts'
export { startLocalAws } from './local-aws.ts'
export type {
  ClientSettings,
  LocalAwsFixture,
  LocalAwsFixtureOptions,
} from './local-aws-fixture.ts'
export { localAwsFixture } from './local-aws-fixture.ts'
export type { JsonWebKeySet, KnownIssuer } from './oidc/issuers.ts'
export type { Seed, SeedAccount, SeedPolicy, SeedRole } from './seed.ts'
export type { SeedControlPolicy, SeedOrganization, SeedUnit } from './seed-organization.ts'
export type { SeedHolder, SeedMfaDevice, SeedUser } from './seed-users.ts'
export type { RootCredentials } from './services/iam/accounts.ts'
export type { StorageProblem } from './store/durable/storage-error.ts'
export { StorageError } from './store/durable/storage-error.ts'
