/** Commands of `gan-studio` that say how good a run is, and what its discriminator sees. What each does is in `commands/`. */
import { Option, type Command } from 'commander'
import { pictureParts } from '../../contract/judgement.ts'
import { checkpointOption } from './checkpoint-option.ts'
import type { InspectOptions } from './commands/inspect.ts'
import type { LabelOptions } from './commands/label.ts'
import type { ScoreOptions } from './commands/score.ts'
import { integer, number } from './numbers.ts'
import type { AddCommand, RunCommand } from './program.ts'

export function addJudgingCommands(program: Command, add: AddCommand, run: RunCommand): void {
  program.commandsGroup('Judge:')
  add('score <run>', 'compare fresh pictures of a run with real ones: KID, coverage and more')
    .option('--count <n>', 'pictures of each side (default: 1,000; 200 on a slow engine)', integer(20, 50_000))
    .addOption(new Option('--split <part>', 'real pictures to compare with').choices([...pictureParts]).default('train'))
    .addOption(checkpointOption())
    .action(async (name: string, options: ScoreOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/score.ts')).score(watch, name, options)))

  add('inspect <run> <picture...>', 'how real the discriminator of a run finds pictures')
    .option('--class <name>', 'the class to ask about (default: whichever fits best)')
    .addOption(checkpointOption())
    .action(async (name: string, pictures: string[], options: InspectOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/inspect.ts')).inspect(watch, name, pictures, options)))

  add('label <run>', 'the classes that the discriminator of a run gives pictures without one, the most doubtful first')
    .option('--apply-from <p>', 'give pictures the class of at least this probability (0 … 1); can be undone', number(0, 1))
    .addOption(checkpointOption())
    .action(async (name: string, options: LabelOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/label.ts')).label(watch, name, options)))
}
