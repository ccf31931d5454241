/** Fails where a call is answered; else the error as it was on the wire, whatever class the SDK made of it. */
export async function refused(call: Promise<unknown>): Promise<object> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (typeof error !== 'object' || error === null) throw new Error('it was answered')
  const { Error: wire, $metadata } = error as {
    Error?: object
    $metadata: { httpStatusCode: number }
  }
  return { Error: wire, $metadata: { httpStatusCode: $metadata.httpStatusCode } }
}

/** What `refused` gives for this error. */
export function refusal(code: string, status: number, message: string): object {
  return {
    Error: { Code: code, Message: message, Type: 'Sender' },
    $metadata: { httpStatusCode: status },
  }
}
