/** A report that can be sent to others, also of a data folder that does not open. */
import { resolve } from 'node:path'
import { fromSystemError } from '../../../contract/failure.ts'
import { message } from '../../../contract/messages.ts'
import { cacheFolder, defaultDataFolder } from '../../../studio/folders.ts'
import { applicationFolder, reportText } from '../../../studio/report.ts'
import type { Watch } from '../activity.ts'
import { createOutput } from '../output.ts'
import type { GlobalOptions } from '../program.ts'

export async function report({ studio, output }: Watch): Promise<void> {
  const { text } = await studio.call('studio.report')
  output.result({ id: null, text }, text)
}

/** `error`: why it does not open. */
export async function reportUnopened({ data, json }: GlobalOptions, version: string, error: unknown): Promise<void> {
  const told = fromSystemError(error, message('doing.openData'))
  const text = await reportText({
    version, dataFolder: data === undefined ? defaultDataFolder() : resolve(data), cacheFolder: cacheFolder(), applicationFolder: applicationFolder(),
    open: { reason: `${told.code}: ${told.message}` },
  })
  createOutput({ json: json === true, streams: { out: process.stdout, err: process.stderr } }).result({ id: null, text }, text)
}
