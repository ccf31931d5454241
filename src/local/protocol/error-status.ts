import type { ServiceError } from '../service-error.ts'
import type { ServiceModel } from './service-model.ts'

/** The error's own HTTP status; where it was left at the default of 400, the status that the model gives its code. */
export function errorStatus(model: ServiceModel, error: ServiceError): number {
  return error.status === 400 ? (model.errors.get(error.code)?.status ?? 400) : error.status
}
