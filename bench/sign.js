// Whole HTTP/1.1 requests with AWS Signature Version 4, made cheaply: the signing key is derived once.
import { createHash, createHmac } from 'node:crypto'

/**
 * Answers the bytes of a request, ready for a socket. With `payload`, the size and hash of a body that is sent
 * otherwise, those of its head alone.
 */
export function createSigner({ host, service, region, keys, nowMs }) {
  const time = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '')
  const date = time.slice(0, 8)
  const scope = `${date}/${region}/${service}/aws4_request`
  const signingKey = [region, service, 'aws4_request'].reduce(
    hmac,
    hmac(`AWS4${keys.secretAccessKey}`, date),
  )
  return ({ method, path, headers = {}, body = '', payload }) => {
    const payloadHash = payload?.sha256 ?? sha256(body)
    const signed = {
      ...headers,
      host,
      'x-amz-content-sha256': payloadHash,
      'x-amz-date': time,
    }
    const names = Object.keys(signed).sort()
    const lines = names.map((name) => `${name}:${signed[name]}\n`).join('')
    const canonical = [method, path, '', lines, names.join(';'), payloadHash].join('\n')
    const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`
    const signature = createHmac('sha256', signingKey).update(text).digest('hex')
    const authorization = `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
    const head = [
      `${method} ${path} HTTP/1.1`,
      ...names.map((name) => `${name}: ${signed[name]}`),
      `authorization: ${authorization}`,
      `content-length: ${payload?.size ?? Buffer.byteLength(body)}`,
    ]
    return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), Buffer.from(body)])
  }
}

/** The parameters of a call in the form that STS and IAM read. */
export function form(parameters) {
  return new URLSearchParams(parameters).toString()
}

export const formType = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }

function sha256(data) {
  return createHash('sha256').update(data).digest('hex')
}

function hmac(key, text) {
  return createHmac('sha256', key).update(text).digest()
}
