import type { ServiceName } from '../operation.ts'

const mebibyte = 1024 * 1024

/** Bytes of a body that is taken into memory. S3's and ECR's hold lists and image layers; objects are streamed. */
export const bodyLimits: Readonly<Record<ServiceName, number>> = {
  sts: mebibyte,
  iam: mebibyte,
  s3: 4 * mebibyte,
  ecr: 32 * mebibyte,
  organizations: mebibyte,
  cloudtrail: mebibyte,
}

/** Bytes of a request's head: session tokens with tags and policies are long. */
export const headLimit = 64 * 1024
