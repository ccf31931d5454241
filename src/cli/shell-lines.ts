import type { Environment } from './environment.ts'

/** The lines that let the AWS CLI and SDKs of a shell talk to an embedded AWS. No secret is in them: the profiles hold those. */
export function shellLines(environment: Environment): readonly string[] {
  const names = ['AWS_ENDPOINT_URL', 'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'AWS_REGION']
  return names.map((name) => `export ${name}=${environment[name]}`)
}
