/** Commands and flags of `gan-studio`. What each does is in `commands/`. */
import { Command, Option } from 'commander'
import { splitFolderMeanings } from '../../contract/data.ts'
import type { Watch } from './activity.ts'
import { classesFromHelp, splitFoldersHelp } from './class-rule.ts'
import type { ImportOptions } from './commands/import.ts'
import { addDatasets } from './dataset-program.ts'
import { exitCodesHelp } from './exit-codes.ts'
import { addJudgingCommands } from './judging-program.ts'
import { addMakingCommands } from './making-program.ts'
import { addTrainingCommands } from './training-program.ts'
import { addUpkeepCommands } from './upkeep-program.ts'

export interface GlobalOptions {
  readonly data?: string
  readonly json?: boolean
}
/** Opens the studio, does the work with it and closes it again. */
export type WithStudio = (options: GlobalOptions, work: (watch: Watch) => Promise<void>) => Promise<void>

/** Adds a command (below another); runs what it does with an open studio. */
export type AddCommand = (usage: string, description: string, parent?: Command) => Command
export type RunCommand = (command: Command, work: (watch: Watch) => Promise<void>) => Promise<void>

export function createProgram(version: string, withStudio: WithStudio): Command {
  const program = new Command('gan-studio')
  program
    .description('Train a GAN on your own pictures: import, train, generate, export.')
    .version(version)
    .option('--data <dir>', 'data folder (or GAN_STUDIO_DATA)')
    .option('--json', 'one JSON object a line on standard output, the last one the result')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', `
DATASET and RUN take an id or a name.
${exitCodesHelp}`)
    .showSuggestionAfterError()
    .showHelpAfterError('(--help lists commands and options)')
    .exitOverride()

  const run: RunCommand = (command, work) =>
    withStudio(command.optsWithGlobals<GlobalOptions>(), work)
  const add: AddCommand = (usage, description, parent = program) =>
    parent.command(usage).description(description).copyInheritedSettings(program)

  program.commandsGroup('Pictures:')
  add('import <path...>', 'make a data set of folders, ZIPs or pictures; sub-folders become classes')
    .option('--name <name>', 'name of the data set (default: that of the folder)')
    .option('--into <dataset>', 'add them to a data set that is there')
    .option('--classes-from <rule>', classesFromHelp, 'auto')
    .addOption(new Option('--split-folders <meaning>', splitFoldersHelp).choices([...splitFolderMeanings]).default('parts'))
    .option('--no-set-notes', 'pass over gan-studio.json of an exported set: settings, seed, crop boxes, recipes, classes without pictures')
    .option('--in-place', 'leave pictures in folders where they are instead of copying them')
    .option('--dry-run', 'print the classes that would come of it and stop')
    .action(async (paths: string[], options: ImportOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/import.ts')).importPictures(watch, paths, options)))

  addDatasets(add, run)
  addTrainingCommands(program, add, run)
  addMakingCommands(program, add, run)
  addJudgingCommands(program, add, run)

  program.commandsGroup('What there is:')
  add('list', 'data sets and runs, and where to look for more')
    .alias('ls')
    .action(async (_options: object, command: Command) =>
      await run(command, async ({ studio, output }) => await (await import('./commands/lists.ts')).listAll(studio, output)))

  const runs = add('runs', 'list runs').action(async (_options: object, command: Command) =>
    await run(command, async ({ studio, output }) => await (await import('./commands/lists.ts')).listRuns(studio, output)))
  add('show <run>', 'everything about one run', runs).action(async (name: string, _options: object, command: Command) =>
    await run(command, async ({ studio, output }) => await (await import('./commands/lists.ts')).showOneRun(studio, output, name)))

  add('models', 'list what a run can start from besides runs: starter models and added files').action(async (_options: object, command: Command) =>
    await run(command, async ({ studio, output }) => await (await import('./commands/models.ts')).listModels(studio, output)))

  add('open <model>', 'a model file as a run, to generate with, explore, export and teach: an exported one, or one of `gan-studio models`')
    .option('--name <text>', 'what to call it; by default as it was called')
    .action(async (wanted: string, options: { readonly name?: string }, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/models.ts')).openModelFile(watch, wanted, options.name)))

  addUpkeepCommands(program, version, add, run)
  return program.helpCommand(true)
}
