import { StudioError, type ErrorCode } from '../base/errors.ts'
import type { Message } from '../contract/messages.ts'

/** The bytes of one picture are not there any more; others may be. */
export class LostPictureError extends StudioError {
  /** For a list in which its name stands beside it. */
  override readonly why: Message
  constructor(code: Extract<ErrorCode, 'not-found' | 'corrupt' | 'no-permission'>, told: string, why: Message, options?: { readonly cause?: unknown }) {
    super(code, told, options)
    this.why = why
  }
}
