import { StudioError, type ErrorCode } from '../base/errors.ts'
import { failureOf, fromSystemError } from '../contract/failure.ts'
import { message, type Message, type MessageKey } from '../contract/messages.ts'

const keys: Partial<Record<ErrorCode, MessageKey>> = {
  'no-permission': 'problem.noPermission', 'not-found': 'problem.notFound', 'corrupt': 'problem.disk', 'busy': 'problem.openFiles', 'disk-full': 'problem.diskFull', 'bad-input': 'problem.nameLong',
}

/** Why the system, or an archive, did not give a file or folder. */
export function unreadable(error: unknown): Message {
  const { code, message: said, why } = failureOf(fromSystemError(error, message('doing.readPictures')))
  if (error instanceof StudioError && why !== undefined) return why
  const key = keys[code]
  return key === undefined ? message('problem.unread', { said }) : message(key)
}
