/**
 * Errors by meaning. A `StudioError` is expected and shown to the person as it stands:
 * its message says what was expected, what was found and what to do.
 */
export const errorCodes = [
  'bad-input',
  'not-found',
  'name-taken',
  'busy',
  'unsupported',
  'disk-full',
  'no-permission',
  'corrupt',
  'newer-version',
  'engine-unavailable',
  'engine-failed',
  'out-of-memory',
  'diverged',
  'cancelled',
  'disconnected',
  'bug',
] as const
export type ErrorCode = (typeof errorCodes)[number]

/** What a sentence is made of, so that it can be said in any language: a `Message` of the contract. */
export interface Reason {
  readonly key: string
  readonly values: Readonly<Record<string, unknown>>
}

export class StudioError extends Error {
  readonly code: ErrorCode
  /** null: there is the sentence alone. */
  readonly why: Reason | null
  constructor(code: ErrorCode, message: string, { why = null, ...options }: { readonly cause?: unknown; readonly why?: Reason | null } = {}) {
    super(message, options)
    this.name = 'StudioError'
    this.code = code
    this.why = why
  }
}

/** The person (or a shutdown) asked for this; never reported as a failure. */
export class CancelledError extends StudioError {
  constructor(message = 'Cancelled') {
    super('cancelled', message)
    this.name = 'CancelledError'
  }
}

/** An invariant of our own was broken. */
export class BugError extends StudioError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super('bug', message, options)
    this.name = 'BugError'
  }
}

export const isErrorCode = (value: unknown): value is ErrorCode =>
  (errorCodes as readonly unknown[]).includes(value)

/** System error numbers in plain words; `doing` completes "while …". */
export function fromSystemError(error: unknown, doing: string): StudioError {
  if (error instanceof StudioError) return error
  const code = systemCode(error)
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new StudioError('disk-full', `The disk is full (while ${doing}). Free some space and try again.`, { cause: error })
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new StudioError('no-permission', `No permission (while ${doing}). Check the folder's access rights.`, { cause: error })
  if (code === 'ENOENT')
    return new StudioError('not-found', `The file or folder is not there (while ${doing}). Check that its drive is connected and that it was not moved.`, { cause: error })
  if (code === 'ENOTDIR')
    return new StudioError('not-found', `The file or folder is not there: part of its path is a file (while ${doing}).`, { cause: error })
  if (code === 'ENAMETOOLONG')
    return new StudioError('bad-input', `The name is too long for this disk (while ${doing}). Choose a shorter one.`, { cause: error })
  if (code === 'EIO' || code === 'ENXIO' || code === 'ENODEV' || code === 'ESTALE')
    return new StudioError('corrupt', `The disk could not be read or written (while ${doing}). Check that the drive is still connected and sound.`, { cause: error })
  if (code === 'EMFILE' || code === 'ENFILE')
    return new StudioError('busy', `Too many files are open (while ${doing}). Close other programs and try again.`, { cause: error })
  const text = error instanceof Error ? error.message : String(error)
  return new StudioError('bug', `${text} (while ${doing}).`, { cause: error })
}

export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** For `default:` branches of exhaustive switches. */
export function unreachable(value: never): never {
  throw new BugError(`Unexpected value: ${JSON.stringify(value)}`)
}
