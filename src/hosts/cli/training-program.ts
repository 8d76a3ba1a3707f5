/** Commands of `gan-studio` that train. What each does is in `commands/`. */
import { InvalidArgumentError, Option, type Command } from 'commander'
import { aspects, studentSizes } from '../../contract/data.ts'
import { checkpointChoices, type CheckpointChoice } from '../../contract/judgement.ts'
import { optionTable } from '../../contract/options.ts'
import type { AugmentOptions } from './commands/augment.ts'
import type { DistilOptions } from './commands/distil.ts'
import type { ResumeOptions, TrainOptions } from './commands/train.ts'
import { integer, number } from './numbers.ts'
import type { AddCommand, GlobalOptions, RunCommand } from './program.ts'
import { collect } from './repeated.ts'

export function addTrainingCommands(program: Command, add: AddCommand, run: RunCommand): void {
  program.commandsGroup('Train:')
  const train = addTraining(add('train <dataset>', 'train a generator; Ctrl-C stops and saves'))
    .option('--name <name>', 'name of the run')
    .option('--from <model>', 'start from the weights of a run, a model of `gan-studio models` or an exported model: safetensors, ONNX, TensorFlow.js, page')
    .option('--from-checkpoint <which>', 'of a run to start from: best (default), latest, or one that it keeps, by the images it had seen', startCheckpoint)
    .option('--compare', 'afterwards the same from nothing, as long, to compare with')
    .option('--engine <engine>', 'tensorflow, webgpu, wasm or cpu (default: the fastest measured)')
    .option('--dry-run', 'print the proposal with its reasons and stop')
  addBudget(train).action(async (dataset: string, options: TrainOptions, command: Command) =>
    await run(command, async (watch) => await (await import('./commands/train.ts')).train(watch, dataset, options)))

  add('options [name]', 'the training options that --set takes; with the name of one, or of a group, what it does')
    .action(async (name: string | undefined, _options: object, command: Command) =>
      (await import('./commands/options.ts')).listOptions(command.optsWithGlobals<GlobalOptions>(), name))

  addTraining(add('describe <dataset>', 'the networks that training would make: layers, shapes, parameters, work and memory'))
    .action(async (dataset: string, options: TrainOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/describe.ts')).describe(watch, dataset, options)))

  addTraining(add('augment <dataset>', 'a sheet of pictures, and beneath each what the discriminator would see of it'))
    .requiredOption('--out <file>', 'PNG file to write')
    .option('--force', 'replace a file that is there')
    .action(async (dataset: string, options: AugmentOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/augment.ts')).augment(watch, dataset, options)))

  addBudget(add('resume <run>', 'go on with a run that was stopped, interrupted or failed'))
    .option('--batch <n>', 'with so many pictures a step from here on, where memory ran out', integer(optionTable.batchSize.min, optionTable.batchSize.max))
    .action(async (name: string, options: ResumeOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/train.ts')).resume(watch, name, options)))

  addBudget(add('distil <run...>', 'train a smaller generator that learns from those of these runs')
    .addOption(new Option('--size <size>', "multiply-adds of a picture: a share of the largest teacher's, or what a phone makes quickly").choices([...studentSizes]).default('quarter'))
    .option('--dataset <dataset>', "whose classes it learns (default: the first teacher's)")
    .option('--name <name>', 'name of the run'))
    .action(async (names: string[], options: DistilOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/distil.ts')).distil(watch, names, options)))

  add('distilled <run>', 'size, speed and KID of a distilled run beside its teachers')
    .action(async (name: string, _options: object, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/distil.ts')).distilled(watch, name)))
}

const addTraining = (command: Command): Command =>
  command
    .option('--classes <a,b>', 'classes that take part, by name or id (default: all)')
    .option('--resolution <n>', 'longer side of the pictures in pixels: 16, 32, 64, 128 or 256')
    .option('--aspect <w:h>', `width to height of the pictures: ${aspects.join(', ')}`)
    .option('--set <option=value>', 'set a training option, may be repeated; all of them: gan-studio options', collect)
    .option('--seed <s>', 'seed of the run')

/** @throws InvalidArgumentError */
function startCheckpoint(text: string): CheckpointChoice | number {
  const named = checkpointChoices.find((choice) => choice === text)
  if (named === undefined && !/^\d{1,15}$/.test(text)) throw new InvalidArgumentError(`Expected ${checkpointChoices.join(', ')} or a number of images seen.`)
  return named ?? Number(text)
}

const addBudget = (command: Command): Command =>
  command
    .option('--minutes <m>', 'train for so many minutes', number(0.01, 1e6))
    .option('--images <n>', 'train until the discriminator has seen so many images', integer(1, 1e12))
    .option('--until-stopped', 'train until Ctrl-C')
    .option('--no-score', 'do not compare with 1,000 real pictures at the end')
