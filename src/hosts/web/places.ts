/**
 * Folders of this computer, named by a page that can choose none:
 *
 *     POST   /place { "use": "sources" | "target", "path": … }   → 200 { "ticket": … }
 *
 * To read pictures from, or to move the data folder to; that one may be new.
 *
 * Only for browsers of this computer: whoever opens the page from another one names no folders here.
 */
import type { IncomingMessage } from 'node:http'
import { stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { z } from 'zod'
import { StudioError, systemCode } from '../../base/errors.ts'
import type { HostApi } from '../../contract/api.ts'
import { fromSystemError, refusal } from '../../contract/failure.ts'
import { message } from '../../contract/messages.ts'

const mostBytes = 64 * 1024
const schema = z.strictObject({ use: z.enum(['sources', 'target']), path: z.string().min(1).max(32_768) })

/** @throws `bad-input`, `not-found`, `no-permission` */
export async function namePlace(request: IncomingMessage, host: HostApi): Promise<string> {
  const named = schema.safeParse(await readJson(request))
  if (!named.success) throw new StudioError('bad-input', 'Expected the path of a folder.')
  const path = fromHome(named.data.path)
  if (!isAbsolute(path)) throw refusal('bad-input', message('refused.pathWhole', { example: homedir(), path }))
  if (named.data.use === 'target') return await host.registerTarget(path)
  const found = await stat(path).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') throw refusal('not-found', message('refused.pathGone', { path }), { cause: error })
    throw fromSystemError(error, message('doing.lookFor', { name: path }))
  })
  if (!found.isDirectory()) throw refusal('bad-input', message('refused.pathFile', { path }))
  return await host.registerSources([path])
}

const fromHome = (path: string): string => (/^~(?=$|[/\\])/.test(path) ? join(homedir(), path.slice(1)) : path)

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength
    if (bytes > mostBytes) throw new StudioError('bad-input', 'The path is longer than a path can be.')
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    return null
  }
}
