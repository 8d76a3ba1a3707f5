import type { Writable } from 'node:stream'

/** Resolves once all that was written has left: a pipe takes 64 KiB at a time, and an exit loses what waits. A reader that went away is waited for no longer. */
export async function flushed(...streams: readonly Writable[]): Promise<void> {
  await Promise.all(streams.map((stream) => new Promise((resolve) => stream.write('', resolve))))
}
