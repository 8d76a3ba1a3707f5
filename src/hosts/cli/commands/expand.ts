/** `gan-studio datasets expand`: augmented copies. */
import { StudioError } from '../../../base/errors.ts'
import { proposeTargets, trainable, type Dataset, type ExpansionRecipe, type ExpansionTarget } from '../../../contract/data.ts'
import { follow, type Watch } from '../activity.ts'
import { findClass, findDataset } from '../find.ts'
import { table, thousands } from '../output.ts'
import { tell } from './datasets.ts'

export interface ExpandOptions extends Omit<ExpansionRecipe, 'mirror' | 'flip'> {
  readonly mirror?: boolean
  readonly flip?: boolean
  readonly balance?: boolean
  readonly target?: readonly string[]
  readonly seed: number
  readonly dryRun?: boolean
}

export async function expand(watch: Watch, name: string, { balance, target = [], seed, dryRun, mirror = false, flip = false, ...amounts }: ExpandOptions): Promise<void> {
  const { studio, output } = watch
  const dataset = await findDataset(studio, name)
  const { id } = dataset
  const composition = await studio.call('datasets.composition', { id })
  const named = target.map((text) => targetOf(dataset, text))
  const proposed = balance === true ? proposeTargets(composition).filter(({ classId }) => named.every((one) => one.classId !== classId)) : []
  const targets = [...proposed, ...named]
  if (targets.length === 0) throw new StudioError('bad-input', balance === true ? 'Every class has as many pictures as it can be given: nothing to balance.' : 'Expected --balance or at least one --target <class=count>, found neither.')
  if (dryRun === true) {
    const now = new Map(composition.map((one) => [one.classId, trainable(one)]))
    for (const one of targets) output.item({ type: 'target', ...one, now: now.get(one.classId) ?? 0 }, null)
    const rows = targets.map(({ classId, count }) => [dataset.classes.find((one) => one.id === classId)?.name ?? classId, thousands(now.get(classId) ?? 0), thousands(count)])
    return output.result({ id, count: targets.length }, table(['Class', 'Pictures to train on', 'Would be'], rows))
  }
  await follow(watch, () => studio.call('datasets.expand', { id, targets, recipe: { ...amounts, mirror, flip }, seed }))
  const { undo } = await studio.call('datasets.history', { id })
  await tell(watch, id, undo, '')
}

/** The last "=" counts: a class may have one in its name. */
function targetOf(dataset: Dataset, text: string): ExpansionTarget {
  const at = text.lastIndexOf('=')
  const count = text.slice(at + 1).trim()
  if (at < 1 || !/^\d{1,8}$/.test(count)) throw new StudioError('bad-input', `--target: expected a class and a number, as cats=500, found "${text}".`)
  return { classId: findClass(dataset, text.slice(0, at)).id, count: Number(count) }
}
