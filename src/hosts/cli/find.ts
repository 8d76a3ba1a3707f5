/** Data sets, their classes and runs by id or by name. */
import { StudioError } from '../../base/errors.ts'
import type { Studio } from '../../contract/api.ts'
import type { Dataset, DatasetClass, Run } from '../../contract/data.ts'

export const findDataset = async (studio: Studio, wanted: string): Promise<Dataset> =>
  pick('data set', 'datasets', await studio.call('datasets.list'), wanted)

export const findRun = async (studio: Studio, wanted: string): Promise<Run> =>
  pick('run', 'runs', await studio.call('runs.list'), wanted)

/** The id, else the name as it is. */
export function findClass(dataset: Dataset, wanted: string): DatasetClass {
  const found = dataset.classes.find(({ id }) => id === wanted) ?? dataset.classes.find(({ name }) => name.normalize('NFC') === wanted.normalize('NFC'))
  if (found !== undefined) return found
  const known = dataset.classes.length === 0 ? 'it has no classes' : `its classes: ${dataset.classes.map(({ name }) => name).join(', ')}`
  throw new StudioError('not-found', `${dataset.name} has no class "${wanted}"; ${known}.`)
}

interface Named {
  readonly id: string
  readonly name: string
}

/** The id, else the exact name, else the name without regard to case; several are an error that lists them. */
export function pick<T extends Named>(what: string, listCommand: string, items: readonly T[], wanted: string): T {
  const byId = items.find((item) => item.id === wanted)
  if (byId !== undefined) return byId
  const exact = items.filter((item) => item.name === wanted)
  const found = exact.length > 0 ? exact : items.filter((item) => fold(item.name) === fold(wanted))
  const [first, second] = found
  if (first !== undefined && second === undefined) return first
  if (first !== undefined)
    throw new StudioError('bad-input', `${found.length} ${what}s are named "${wanted}": ${found.map((item) => item.id).join(', ')}. Use the id.`)
  const near = items.filter((item) => fold(item.name).includes(fold(wanted))).slice(0, 5).map((item) => `"${item.name}"`)
  const hint = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `See: gan-studio ${listCommand}`
  throw new StudioError('not-found', `There is no ${what} "${wanted}". ${hint}`)
}

const fold = (text: string): string => text.normalize('NFC').toLowerCase()
