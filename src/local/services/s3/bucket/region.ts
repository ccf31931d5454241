/** Whether a text has the form of an AWS region's name, such as `eu-west-1` or `us-gov-east-1`. */
export function isRegion(text: string): boolean {
  return /^[a-z]{2}(-[a-z]+){1,3}-\d$/.test(text)
}
