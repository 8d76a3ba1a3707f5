/** Room on the disk, asked before long writes rather than found missing in their middle. */
import { statfs } from 'node:fs/promises'
import { refusal } from '../contract/failure.ts'
import { message, type MessageKey } from '../contract/messages.ts'

export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/** @throws `disk-full`; `what` needs the room */
export async function ensureSpace(folder: string, bytes: number, what: Extract<MessageKey, `room.${string}`>): Promise<void> {
  const free = await freeBytes(folder)
  if (free >= bytes) return
  throw refusal('disk-full', message('refused.noRoom', { what: message(what), needed: megabytes(bytes), free: megabytes(free) }))
}

const megabytes = (bytes: number): number => Math.round(bytes / 1e6)
