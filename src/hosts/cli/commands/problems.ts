/** `gan-studio datasets problems`: files that imports left out, and trying them again. */
import { counted } from '../../../contract/filled.ts'
import { phrase } from '../../../contract/messages.ts'
import { follow, type Watch } from '../activity.ts'
import { findDataset } from '../find.ts'
import { table } from '../output.ts'
import { inWords } from './import.ts'

export interface ProblemsOptions {
  readonly retry?: boolean
}

export async function problems(watch: Watch, name: string, { retry }: ProblemsOptions): Promise<void> {
  const { studio, output } = watch
  const { id, name: setName, pictureCount: before } = await findDataset(studio, name)
  if (retry === true && (await studio.call('datasets.leftOut', { id })).length > 0) await follow(watch, () => studio.call('datasets.retryLeftOut', { id }))
  const [left, { pictureCount }] = [await studio.call('datasets.leftOut', { id }), await studio.call('datasets.get', { id })]
  for (const problem of left) output.item({ type: 'problem', ...inWords(problem) }, null)
  const added = retry === true ? `${counted(pictureCount - before, 'picture')} added.\n` : ''
  output.result({ id, count: left.length, ...(retry === true ? { added: pictureCount - before } : {}) }, `${added}${left.length === 0 ? `No file is left out of ${setName}.` : table(['Path', 'Why'], left.map(({ path, why }) => [path, phrase(why, 'en')]))}`)
}
