/** `gan-studio datasets split …`: what a data set is made of; what each does is in commands/composition.ts. */
import type { Command } from 'commander'
import { expansionAmounts, expansionLimits, gentleRecipe, type ExpansionAmount, type SplitRequest } from '../../contract/data.ts'
import type { ExpandOptions } from './commands/expand.ts'
import { integer, number } from './numbers.ts'
import type { AddCommand, RunCommand } from './program.ts'
import { collect } from './repeated.ts'

const commands = (): Promise<typeof import('./commands/composition.ts')> => import('./commands/composition.ts')

export function addComposition(add: AddCommand, run: RunCommand, datasets: Command): void {
  add('composition <dataset>', 'what each class is made of: parts of the split, augmented copies', datasets).action(async (name: string, _options: object, command: Command) =>
    await run(command, async (watch) => await (await commands()).showComposition(watch, name)))
  add('split <dataset>', 'part the pictures for training, watching and the end; copies of each other together', datasets)
    .option('--validation <share>', 'of each class, to watch while training', number(0, 0.5), 0.05)
    .option('--test <share>', 'of each class, looked at only when asked for', number(0, 0.5), 0.1)
    .option('--seed <s>', 'the same seed gives the same parts', integer(0, 0xffffffff), 0)
    .action(async (name: string, options: SplitRequest, command: Command) =>
      await run(command, async (watch) => await (await commands()).split(watch, name, options)))
  add('unsplit <dataset>', 'let each run part the pictures by itself again', datasets).action(async (name: string, _options: object, command: Command) =>
    await run(command, async (watch) => await (await commands()).unsplit(watch, name)))

  const expand = add('expand <dataset>', 'write augmented copies of pictures that are trained on', datasets)
    .option('--balance', 'until every class is as large as the largest, eight copies of a picture at most')
    .option('--target <class=count>', 'until this class has so many pictures, its copies counted; may be repeated', collect)
  for (const amount of expansionAmounts) expand.option(`--${amount} <most>`, `${amountWords[amount]}; at most ${expansionLimits[amount]}`, number(0, expansionLimits[amount]), gentleRecipe[amount])
  expand
    .option('--mirror', 'left and right, every other copy')
    .option('--flip', 'top and bottom, every other copy')
    .option('--seed <s>', 'the same seed gives the same copies of the same pictures', integer(0, 0xffffffff), 0)
    .option('--dry-run', 'say how many copies of what, and stop')
    .action(async (name: string, options: ExpandOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/expand.ts')).expand(watch, name, options)))
}

const amountWords: Readonly<Record<ExpansionAmount, string>> = {
  rotation: 'degrees either way', scale: 'share larger or smaller', crop: 'share of each side cut off', brightness: 'share of white more or less', contrast: 'share of contrast more or less', noise: 'standard deviation as a share of white',
}
