/** `gan-studio datasets split …`: what a data set is made of; what each does is in commands/composition.ts. */
import type { Command } from 'commander'
import type { SplitRequest } from '../../contract/data.ts'
import { integer, number } from './numbers.ts'
import type { AddCommand, RunCommand } from './program.ts'

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
}
