import { ServiceError } from '../../service-error.ts'

/** The thing is not there: 404. */
export function noSuchEntity(message: string): ServiceError {
  return new ServiceError('NoSuchEntity', message, { status: 404 })
}

/** A name is taken: 409. */
export function entityAlreadyExists(message: string): ServiceError {
  return new ServiceError('EntityAlreadyExists', message, { status: 409 })
}

/** Something still hangs on the thing to be deleted: 409. */
export function deleteConflict(message: string): ServiceError {
  return new ServiceError('DeleteConflict', message, { status: 409 })
}

/** A quota of the account: 409. */
export function limitExceeded(message: string): ServiceError {
  return new ServiceError('LimitExceeded', message, { status: 409 })
}

export function malformedPolicyDocument(message: string): ServiceError {
  return new ServiceError('MalformedPolicyDocument', message)
}

export function validationError(message: string): ServiceError {
  return new ServiceError('ValidationError', message)
}

export function invalidInput(message: string): ServiceError {
  return new ServiceError('InvalidInput', message)
}
