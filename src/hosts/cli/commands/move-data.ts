import { defaultDataFolder } from '../../../studio/folders.ts'
import { dataFolderNow, moveDataFolder, oldCopies, removeOldCopies, type OldCopy } from '../../move-data.ts'
import { catchInterrupts } from '../interrupt.ts'
import { byteSize, createOutput, type Output } from '../output.ts'
import type { GlobalOptions } from '../program.ts'

export interface MoveDataOptions {
  readonly removeOld?: boolean
}

/** Without a studio: none may be open while its folder moves. */
export async function moveDataCommand({ data, json = false }: GlobalOptions, target: string | undefined, { removeOld = false }: MoveDataOptions): Promise<void> {
  const output = createOutput({ json, streams: { out: process.stdout, err: process.stderr } })
  const folder = data ?? defaultDataFolder()
  const moved = target === undefined ? null : await move(folder, target, output)
  const freedBytes = removeOld ? (await removeOldCopies(folder)).freedBytes : 0
  const now = await dataFolderNow(folder)
  const old = await oldCopies(folder)
  output.result({ id: null, dataFolder: now, from: moved?.from ?? null, old, freedBytes }, [
    moved === null ? `The data is in ${now}` : `The data is in ${now} now; every start finds it there.`,
    ...(freedBytes === 0 ? [] : [`Old content removed: ${byteSize(freedBytes)} freed.`]),
    ...old.map(oldLine),
  ].join('\n'))
}

async function move(folder: string, target: string, output: Output): Promise<{ readonly from: string; readonly to: string }> {
  const interrupts = catchInterrupts()
  const cancel = new AbortController()
  interrupts.on(() => cancel.abort())
  try {
    return await moveDataFolder({
      folder, target, signal: cancel.signal,
      onProgress: (done, total) => output.progress({ title: done < total / 2 ? 'Copy, MB' : 'Compare, MB', done: done / 1e6, total: total / 1e6 }, { type: 'progress', activity: 'move-data', done, total }),
    })
  } finally {
    interrupts.dispose()
  }
}

const oldLine = ({ folder, bytes }: OldCopy): string => `The old content is kept in ${folder} (${byteSize(bytes)}). Once you have seen that all is well, --remove-old removes it.`
