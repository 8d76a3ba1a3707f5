import { fromSystemError, type ErrorCode } from '../base/errors.ts'
import { message, type Message, type MessageKey } from '../contract/messages.ts'

const keys: Partial<Record<ErrorCode, MessageKey>> = { 'no-permission': 'problem.noPermission', 'not-found': 'problem.notFound', 'corrupt': 'problem.disk', 'busy': 'problem.openFiles' }

/** Why the system did not give a file or folder. */
export function unreadable(error: unknown): Message {
  const { code, message: text } = fromSystemError(error, 'reading it')
  const key = keys[code]
  return key === undefined ? message('problem.unread', { text }) : message(key)
}
