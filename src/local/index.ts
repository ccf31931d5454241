export type { Event, EventDecision } from './event-history.ts'
export type { LocalAws, LocalAwsOptions, Seed, SeedAccount } from './local-aws.ts'
export { startLocalAws } from './local-aws.ts'
export type { RootCredentials } from './services/iam/accounts.ts'
