export type { CompileOutcome } from './compile-access.ts'
export { compileAccess, withoutExpiredGrants } from './compile-access.ts'
export type {
  Compilation,
  DesiredCallerPolicy,
  DesiredOidcProvider,
  DesiredRole,
  NamedDocument,
} from './compilation.ts'
