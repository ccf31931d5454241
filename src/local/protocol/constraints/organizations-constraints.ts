import { type ConstraintRows, each, text } from './constraint.ts'

/** @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_Operations.html */
export const organizationsConstraints: ConstraintRows = new Map([
  ...each('AccountId', text({}, String.raw`\d{12}`)),
])
