/** Files that imports left out, read again from where they were: what can be taken by now joins its data set. */
import { stat } from 'node:fs/promises'
import { newId } from '../base/ids.ts'
import type { ImportProblem, ImportReport } from '../contract/data.ts'
import { message } from '../contract/messages.ts'
import type { Decoders } from '../dataset/decoders.ts'
import type { LeftOutOf } from '../store/left-out.ts'
import type { Store } from '../store/store.ts'
import type { ActivityProgress } from './activities.ts'
import { runAddition } from './dataset-addition.ts'

export interface RetryWork {
  readonly store: Store
  readonly decoders: Decoders
  readonly datasetId: string
  readonly progress: ActivityProgress
}

const gone = message('problem.sourceGone')

/** Each import by itself: what of it can be taken is one step of the history. */
export async function retryLeftOut({ store, datasetId, ...work }: RetryWork): Promise<void> {
  for (const of of store.leftOut.of(datasetId)) {
    if (await areThere(of.paths)) await again(of, { store, datasetId, ...work })
    else store.leftOut.put(of.id, of.files.map((file) => ({ ...file, why: gone })))
  }
}

async function again({ id, paths, rule, inPlace, files }: LeftOutOf, { store, decoders, datasetId, progress }: RetryWork): Promise<void> {
  const record = { id: newId('imp'), datasetId, startedAt: Date.now(), adding: true, paths, rule, inPlace }
  store.imports.begin(record)
  let report: ImportReport | null = null
  try {
    report = await runAddition({ store, decoders, record, progress, only: new Set(files.map(({ path }) => path)), onNothing: (problems: readonly ImportProblem[]) => store.leftOut.put(id, problems) })
  } finally {
    if (report === null) store.imports.remove(record.id)
  }
  // What is left of them is the new import's now.
  if (report !== null) store.leftOut.put(id, [])
}

const areThere = async (paths: readonly string[]): Promise<boolean> =>
  (await Promise.all(paths.map((path) => stat(path).then(() => true, () => false)))).every(Boolean)
