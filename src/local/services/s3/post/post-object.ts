import { Readable } from 'node:stream'
import { authorizeCall } from '../../../authorize-call.ts'
import type { ExtraRequest } from '../../../http/extra-route.ts'
import type { CallNotes, DispatchTools } from '../../../incoming.ts'
import { noteFailure } from '../../../note-failure.ts'
import type { Call } from '../../../operation.ts'
import { loadService } from '../../../protocol/load-service.ts'
import { writeError } from '../../../protocol/protocol.ts'
import type { WireResponse } from '../../../protocol/wire.ts'
import { ServiceError } from '../../../service-error.ts'
import type { Blob } from '../../../store/blob-store.ts'
import { putObject } from '../object/put-object.ts'
import { s3Error } from '../s3-error.ts'
import { type PostedForm, readBoundary, readForm } from './form-data.ts'
import { bucketOfForm } from './form-target.ts'
import { writePostAnswer } from './post-answer.ts'
import { readPostCaller } from './post-caller.ts'
import { readPostInput } from './post-input.ts'
import { checkPostPolicy, type SizeRange } from './post-policy.ts'

/** Answers one posted form. Never throws. */
export async function servePost(
  tools: DispatchTools,
  request: ExtraRequest,
): Promise<WireResponse> {
  const requestId = tools.randomBytes(16).toString('hex')
  const notes: CallNotes = {
    requestId,
    atMs: tools.clock.nowMs(),
    service: 's3',
    operation: 'PutObject',
  }
  const answer = await answerOrRefuse(tools, request, notes)
  const userAgent = request.headers['user-agent']
  tools.history.record({
    atMs: 0,
    service: 's3',
    decisions: [],
    sourceIp: request.sourceIp,
    ...(userAgent === undefined ? {} : { userAgent }),
    ...notes,
    requestId,
    status: answer.status,
  })
  return answer
}

async function answerOrRefuse(
  tools: DispatchTools,
  request: ExtraRequest,
  notes: CallNotes,
): Promise<WireResponse> {
  try {
    return await takeForm(tools, request, notes)
  } catch (error) {
    const shown = shownError(error)
    noteFailure(notes, error, shown)
    const { requestId = '' } = notes
    return writeError(loadService('s3'), { error: shown, requestId })
  }
}

function shownError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error
  const isBrokenOff = error instanceof Error && 'code' in error && error.code === 'ECONNRESET'
  if (isBrokenOff)
    return new ServiceError('IncompleteBody', 'The request body terminated unexpectedly')
  const message = 'We encountered an internal error. Please try again.'
  return new ServiceError('InternalError', message, { status: 500, cause: error })
}

async function takeForm(
  tools: DispatchTools,
  request: ExtraRequest,
  notes: CallNotes,
): Promise<WireResponse> {
  const trouble = tools.faults?.meet('s3')
  if (trouble !== undefined) await trouble
  const bucket = bucketOfForm(request, false) ?? bucketOfForm(request, true) ?? ''
  request.onContinue()
  const form = await readForm(request.body, readBoundary(request.headers['content-type'] ?? ''))
  const fields = withFileName(form)
  const signer = readPostCaller(tools, fields)
  noteCaller(notes, signer.caller)
  const policy = fields.get('policy')
  const nowMs = tools.clock.nowMs()
  const anySize: SizeRange = { min: 0, max: 5 * 1024 ** 3 }
  const sizes = policy === undefined ? anySize : checkPostPolicy(policy, { bucket, fields, nowMs })
  const input = readPostInput(bucket, fields)
  const { signedBy, region } = signer
  const call = newCall(tools, request, { caller: signer.caller, region, notes })
  const asked = signedBy === undefined ? call : { ...call, signedBy }
  // Refused before the file is taken in; decided for good when all of it is here.
  decide(tools, asked, { input, notes })
  const blob = await tools.blobs.write(Readable.from(limited(form.file, sizes)))
  try {
    if (blob.size < sizes.min)
      throw s3Error('EntityTooSmall', {
        details: { ProposedSize: String(blob.size), MinSizeAllowed: String(sizes.min) },
      })
    readPostCaller(tools, fields)
    const output = tools.store.transact(() => {
      decide(tools, asked, { input, notes })
      return putObject.run({ ...input, Body: blob satisfies Blob }, asked)
    })
    return writePostAnswer({ bucket, key: input.Key, endpoint: request.endpoint }, fields, output)
  } catch (error) {
    tools.blobs.delete(blob.id)
    throw error
  }
}

/** `${filename}` in a field stands for the name of the file, if it has one. */
function withFileName({ fields, fileName }: PostedForm): ReadonlyMap<string, string> {
  if (fileName === undefined) return fields
  return new Map(
    [...fields].map(([name, value]) => [
      name,
      name === 'policy' ? value : value.replaceAll(/\$\{filename\}/g, () => fileName),
    ]),
  )
}

function noteCaller(notes: CallNotes, caller: Call['caller']): void {
  if (caller.kind === 'anonymous') return
  notes.accountId = caller.accountId
  notes.principalArn = caller.principal.arn
  notes.accessKeyId = caller.accessKeyId
}

interface PostFacts {
  readonly caller: Call['caller']
  readonly region: string
  readonly notes: CallNotes
}

function newCall(tools: DispatchTools, request: ExtraRequest, facts: PostFacts): Call {
  const { caller, region, notes } = facts
  notes.region = region
  return {
    clock: tools.clock,
    randomBytes: tools.randomBytes,
    store: tools.store,
    blobs: tools.blobs,
    service: 's3',
    operation: 'PutObject',
    caller,
    region,
    requestId: notes.requestId ?? '',
    endpoint: request.endpoint,
    nowMs: tools.clock.nowMs(),
    sourceIp: request.sourceIp,
    headers: request.headers,
  }
}

interface Asked {
  readonly input: Readonly<Record<string, unknown>>
  readonly notes: CallNotes
}

function decide(tools: DispatchTools, call: Call, { input, notes }: Asked): void {
  const decisions: NonNullable<CallNotes['decisions']>[number][] = []
  notes.decisions = decisions
  const onDecision = (decision: (typeof decisions)[number]): void => {
    decisions.push(decision)
  }
  authorizeCall({ compiler: tools.compiler, onDecision }, putObject.authorize(input, call), call)
}

/** What is too large is read to its end, so that its size can be told, and kept no further. */
async function* limited(file: AsyncGenerator<Buffer>, { max }: SizeRange): AsyncGenerator<Buffer> {
  let size = 0
  for await (const piece of file) {
    size += piece.length
    if (size <= max) yield piece
  }
  if (size > max)
    throw s3Error('EntityTooLarge', {
      details: { ProposedSize: String(size), MaxSizeAllowed: String(max) },
    })
}
