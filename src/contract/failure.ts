/** Errors as they travel between processes and to a person. */
import { StudioError, systemCode, type ErrorCode } from '../base/errors.ts'
import { isMessage, message, phrase, type Message, type MessageKey } from './messages.ts'

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

const ofSystem: Readonly<Record<string, readonly [ErrorCode, MessageKey]>> = {
  ENOSPC: ['disk-full', 'system.diskFull'], EDQUOT: ['disk-full', 'system.diskFull'],
  EACCES: ['no-permission', 'system.noPermission'], EPERM: ['no-permission', 'system.noPermission'], EROFS: ['no-permission', 'system.noPermission'],
  ENOENT: ['not-found', 'system.notThere'], ENOTDIR: ['not-found', 'system.partIsFile'],
  ENAMETOOLONG: ['bad-input', 'system.nameLong'],
  EIO: ['corrupt', 'system.disk'], ENXIO: ['corrupt', 'system.disk'], ENODEV: ['corrupt', 'system.disk'], ESTALE: ['corrupt', 'system.disk'],
  EMFILE: ['busy', 'system.openFiles'], ENFILE: ['busy', 'system.openFiles'],
}

/** System error numbers in plain words. @param doing completes "while …" */
export function fromSystemError(error: unknown, doing: Message): StudioError {
  if (error instanceof StudioError) return error
  const meaning = ofSystem[systemCode(error) ?? '']
  if (meaning !== undefined) return refusal(meaning[0], message(meaning[1], { doing }), { cause: error })
  const text = error instanceof Error ? error.message : String(error)
  return new StudioError('bug', `${text} (while ${phrase(doing, 'en')}).`, { cause: error })
}
