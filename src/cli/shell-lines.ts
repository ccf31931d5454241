import type { Environment } from './environment.ts'

/** The lines that let the AWS CLI and SDKs of a shell talk to an embedded AWS. No secret is in them: the profiles hold those. */
export function shellLines(environment: Environment): readonly string[] {
  return names.map((name) => `export ${name}=${environment[name]}`)
}

/** AWS: version 1 of the CLI and boto3 read `AWS_DEFAULT_REGION` alone, the SDK for JavaScript `AWS_REGION` alone. */
const names = [
  'AWS_ENDPOINT_URL',
  'AWS_CONFIG_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
] as const
