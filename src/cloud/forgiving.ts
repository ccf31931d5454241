import { isAwsCode } from './aws-failure.ts'

/** Does it, unless AWS answers with `code`, which then is as good: what was wanted is already so. */
export async function forgiving(
  code: string,
  work: () => Promise<unknown>,
): Promise<'done' | 'forgiven'> {
  try {
    await work()
    return 'done'
  } catch (error) {
    if (isAwsCode(error, code)) return 'forgiven'
    throw error
  }
}
