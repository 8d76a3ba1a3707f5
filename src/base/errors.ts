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

export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** For `default:` branches of exhaustive switches. */
export function unreachable(value: never): never {
  throw new BugError(`Unexpected value: ${JSON.stringify(value)}`)
}
