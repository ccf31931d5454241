/**
 * Whether S3 takes a name for a new bucket.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
export function isValidBucketName(name: string): boolean {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) return false
  if (name.includes('..') || /^\d{1,3}(\.\d{1,3}){3}$/.test(name)) return false
  if (reservedPrefixes.some((prefix) => name.startsWith(prefix))) return false
  return !reservedSuffixes.some((suffix) => name.endsWith(suffix))
}

const reservedPrefixes = ['xn--', 'sthree-', 'amzn-s3-demo-'] as const
const reservedSuffixes = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3', '-an'] as const
