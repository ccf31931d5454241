/** Who asks, as far as it is known. */
export interface SessionOwner {
  /** Of the credentials that ask. */
  readonly callerArn?: string
  /** The person's login on this machine. */
  readonly loginName?: string
  readonly hostName?: string
}

/**
 * A session name that tells the trusting account who came: the caller's own name where there is one, else the login
 * and host. Always one that AWS accepts: 2 to 64 of `[\w+=,.@-]`.
 */
export function defaultSessionName(owner: SessionOwner): string {
  const name = nameInArn(owner.callerArn) ?? nameOfLogin(owner) ?? 'stile'
  const allowed = name.replace(/[^A-Za-z0-9_+=,.@-]/g, '-').slice(0, 64)
  return allowed.length >= 2 ? allowed : `stile-${allowed}`
}

/** The user's or the session's name, without path; a root user has none. */
function nameInArn(arn: string | undefined): string | undefined {
  const resource = arn?.split(':').slice(5).join(':') ?? ''
  return resource.includes('/') ? resource.slice(resource.lastIndexOf('/') + 1) : undefined
}

function nameOfLogin({ loginName, hostName }: SessionOwner): string | undefined {
  if (loginName === undefined || loginName === '') return undefined
  return hostName === undefined || hostName === '' ? loginName : `${loginName}@${hostName}`
}
