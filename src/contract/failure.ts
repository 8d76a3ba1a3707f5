/** Errors as they travel between processes and to a person. */
import { StudioError, type ErrorCode } from '../base/errors.ts'
import { isMessage, phrase, type Message } from './messages.ts'

export interface Failure {
  readonly code: ErrorCode
  /** In English. */
  readonly message: string
  /** Says it in any language; absent: nothing does. */
  readonly why?: Message
}

/** @param why its English is the error's own sentence */
export const refusal = (code: ErrorCode, why: Message, options?: { readonly cause?: unknown }): StudioError => new StudioError(code, phrase(why, 'en'), { ...options, why })

export function failureOf(error: unknown): Failure {
  if (!(error instanceof StudioError)) return { code: 'bug', message: error instanceof Error ? error.message : String(error) }
  const { code, message, why } = error
  return isMessage(why) ? { code, message, why } : { code, message }
}

export const failed = ({ code, message, why }: Failure): StudioError => new StudioError(code, message, why === undefined ? {} : { why })
