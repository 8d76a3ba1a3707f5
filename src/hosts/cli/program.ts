/** Commands and flags of `gan-studio`. What each does is in `commands/`. */
import { Command, InvalidArgumentError, Option } from 'commander'
import { aspects, modelFormats, modelNetworks, modelPrecisions, splitFolderMeanings, studentSizes } from '../../contract/data.ts'
import { checkpointChoices, pictureParts, type CheckpointChoice } from '../../contract/judgement.ts'
import { optionKeys, optionTable } from '../../contract/options.ts'
import type { Watch } from './activity.ts'
import { cliFormats } from './commands/generate.ts'
import type { AugmentOptions } from './commands/augment.ts'
import type { DistilOptions } from './commands/distil.ts'
import type { EncodeOptions } from './commands/encode.ts'
import type { ExploreOptions } from './commands/explore.ts'
import type { ExportOptions, GenerateOptions } from './commands/generate.ts'
import type { ImportOptions } from './commands/import.ts'
import type { ResumeOptions, TrainOptions } from './commands/train.ts'
import type { LabelOptions } from './commands/label.ts'
import type { InpaintOptions, InvertOptions } from './commands/invert.ts'
import type { InspectOptions } from './commands/inspect.ts'
import type { TrainEncoderOptions } from './commands/train-encoder.ts'
import type { ScoreOptions } from './commands/score.ts'
import type { DoctorOptions } from './commands/doctor.ts'
import type { MoveDataOptions } from './commands/move-data.ts'
import type { EnlargeOptions, TranslateOptions } from './commands/redraw.ts'
import type { ServeOptions } from './commands/serve.ts'
import type { StorageOptions } from './commands/storage.ts'
import { classesFromHelp, splitFoldersHelp } from './class-rule.ts'
import { addDatasets } from './dataset-program.ts'
import { exitCodesHelp } from './exit-codes.ts'
import { integer, number } from './numbers.ts'
import { collect } from './repeated.ts'

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

  const train = addTraining(add('train <dataset>', 'train a generator; Ctrl-C stops and saves'))
    .option('--name <name>', 'name of the run')
    .option('--from <model>', 'start from the weights of a run, a model of `gan-studio models` or an exported model: safetensors, ONNX, TensorFlow.js, page')
    .option('--from-checkpoint <which>', 'of a run to start from: best (default), latest, or one that it keeps, by the images it had seen', startCheckpoint)
    .option('--compare', 'afterwards the same from nothing, as long, to compare with')
    .option('--engine <engine>', 'tensorflow, webgpu, wasm or cpu (default: the fastest measured)')
    .option('--dry-run', 'print the proposal with its reasons and stop')
  addBudget(train).action(async (dataset: string, options: TrainOptions, command: Command) =>
    await run(command, async (watch) => await (await import('./commands/train.ts')).train(watch, dataset, options)))

  addTraining(add('describe <dataset>', 'the networks that training would make: layers, shapes, parameters, work and memory'))
    .action(async (dataset: string, options: TrainOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/describe.ts')).describe(watch, dataset, options)))

  addTraining(add('augment <dataset>', 'a sheet of pictures, and beneath each what the discriminator would see of it'))
    .requiredOption('--out <file>', 'PNG file to write')
    .option('--force', 'replace a file that is there')
    .action(async (dataset: string, options: AugmentOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/augment.ts')).augment(watch, dataset, options)))

  addBudget(add('distil <run...>', 'train a smaller generator that learns from those of these runs')
    .addOption(new Option('--size <size>', "multiply-adds of a picture: a share of the largest teacher's, or what a phone makes quickly").choices([...studentSizes]).default('quarter'))
    .option('--dataset <dataset>', "whose classes it learns (default: the first teacher's)")
    .option('--name <name>', 'name of the run'))
    .action(async (names: string[], options: DistilOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/distil.ts')).distil(watch, names, options)))

  add('distilled <run>', 'size, speed and KID of a distilled run beside its teachers')
    .action(async (name: string, _options: object, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/distil.ts')).distilled(watch, name)))

  addBudget(add('resume <run>', 'go on with a run that was stopped, interrupted or failed'))
    .option('--batch <n>', 'with so many pictures a step from here on, where memory ran out', integer(optionTable.batchSize.min, optionTable.batchSize.max))
    .action(async (name: string, options: ResumeOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/train.ts')).resume(watch, name, options)))

  addPictures(add('generate <run>', 'generate pictures into the gallery and, with --out, as PNG files'))
    .option('--out <dir>', 'folder to write PNG files to')
    .action(async (name: string, options: GenerateOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/generate.ts')).generate(watch, name, options)))

  addPictures(add('export <run>', 'write the networks, or fresh pictures'))
    .addOption(new Option('--format <format>', 'page: one HTML file that generates; safetensors, onnx, tfjs (a ZIP): the networks; zip: pictures; sheet: contact sheet; webp, gif: interpolation; png, jpeg, webp-pictures: a folder of pictures')
      .choices([...modelFormats, ...Object.keys(cliFormats)]).makeOptionMandatory())
    .addOption(new Option('--network <which>', 'of a model: generator, discriminator, encoder; all: as safetensors').choices([...modelNetworks]))
    .addOption(new Option('--precision <type>', 'how a page or tfjs keeps its weights (default: float16 in a page, else float32)').choices([...modelPrecisions]))
    .option('--licence <text>', 'of a model: what its card says about passing it on')
    .requiredOption('--out <file>', 'file (or folder of pictures) to write')
    .option('--force', 'replace a file that is there')
    .action(async (name: string, options: ExportOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/generate.ts')).exportRun(watch, name, options)))

  add('explore <run>', "a sheet of the directions through a run's latent space, or with --keys an animation of a path")
    .requiredOption('--out <file>', '.png: a row a direction; with --keys .webp or .gif')
    .option('--seed <s>', 'seed of the picture to start from', integer(0, 0xffffffff), 0)
    .option('--class <name>', 'its class (default: the first)')
    .option('--reach <n>', 'how far to go along each direction', number(0.1, 20), 4)
    .option('--keys <keys>', 'seeds to pass through, each with a class if wanted: 3,17:cat,5')
    .option('--seconds <s>', 'from one key to the next', number(0.05, 600), 1)
    .option('--truncation <t>', 'below 1: nearer to the mean picture', number(Number.EPSILON, 2), 1)
    .option('--force', 'replace a file that is there')
    .addOption(checkpointOption())
    .action(async (name: string, options: ExploreOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/explore.ts')).explore(watch, name, options)))

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

  add('encode <run> <picture...>', 'find the latents of pictures, for a run trained with --set encoder=on')
    .requiredOption('--out <file>', '.json: the latents; .png: the pictures above what the generator makes of them')
    .option('--class <name>', 'class to rebuild the pictures in')
    .option('--force', 'replace a file that is there')
    .addOption(checkpointOption())
    .action(async (name: string, paths: string[], options: EncodeOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/encode.ts')).encode(watch, name, paths, options)))

  addSearch(add('invert <run> <picture...>', "find where pictures lie in a run's latent space: by its encoder where it has one, then step by step"))
    .requiredOption('--out <file>', '.png: the pictures above what the generator makes there; .json: the latents')
    .action(async (name: string, paths: string[], options: InvertOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/invert.ts')).invert(watch, name, paths, options)))

  add('train-encoder <run>', 'train an encoder for a run that was trained without one, so that pictures are found sooner')
    .option('--minutes <m>', 'how long', number(0.01, 1440), 2)
    .addOption(checkpointOption())
    .action(async (name: string, options: TrainEncoderOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/train-encoder.ts')).trainEncoder(watch, name, options)))

  add('enlarge <run> <picture...>', 'make pictures of any size larger, by a run that was trained with --set enlarge=2 or 4')
    .requiredOption('--out <folder>', 'where they are written, as "name 4x.png"; nothing there is replaced')
    .addOption(new Option('--format <format>', 'of the files').choices(['png', 'jpeg', 'webp']).default('png'))
    .addOption(checkpointOption())
    .action(async (name: string, paths: string[], options: EnlargeOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/redraw.ts')).enlarge(watch, name, paths, options)))

  add('translate <run> <picture...>', 'make pictures into another class, by a run that was trained with --set translate=true')
    .requiredOption('--to <class>', 'what they are to become')
    .requiredOption('--out <folder>', 'where they are written, as "name class.png"; nothing there is replaced')
    .option('--full', 'in the size that they have; else shrunk to the scale that the run learned at')
    .addOption(new Option('--format <format>', 'of the files').choices(['png', 'jpeg', 'webp']).default('png'))
    .addOption(checkpointOption())
    .action(async (name: string, paths: string[], options: TranslateOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/redraw.ts')).translate(watch, name, paths, options)))

  addSearch(add('inpaint <run> <picture>', 'fill in a part of a picture by what the generator of a run makes there'))
    .requiredOption('--mask <file>', 'picture that is white where the other is to be filled in, and black elsewhere')
    .requiredOption('--out <file>', 'PNG file to write, in the size of the run')
    .action(async (name: string, path: string, options: InpaintOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/invert.ts')).inpaint(watch, name, path, options)))

  addDatasets(add, run)

  add('models', 'list what a run can start from besides runs: starter models and added files').action(async (_options: object, command: Command) =>
    await run(command, async ({ studio, output }) => await (await import('./commands/models.ts')).listModels(studio, output)))

  add('open <model>', 'a model file as a run, to generate with, explore, export and teach: an exported one, or one of `gan-studio models`')
    .option('--name <text>', 'what to call it; by default as it was called')
    .action(async (wanted: string, options: { readonly name?: string }, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/models.ts')).openModelFile(watch, wanted, options.name)))

  const runs = add('runs', 'list runs').action(async (_options: object, command: Command) =>
    await run(command, async ({ studio, output }) => await (await import('./commands/lists.ts')).listRuns(studio, output)))
  add('show <run>', 'everything about one run', runs).action(async (name: string, _options: object, command: Command) =>
    await run(command, async ({ studio, output }) => await (await import('./commands/lists.ts')).showOneRun(studio, output, name)))

  add('storage', 'what takes room on the disk: pictures, runs, caches; of each data set too')
    .option('--clear-caches', 'remove first what is made again when it is needed')
    .option('--purge', 'remove first, for good, pictures that no run saw and no undo brings back')
    .action(async (options: StorageOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/storage.ts')).storage(watch, options)))

  add('move-data [folder]', 'move the data folder, to another disk say; without a folder: where it is, and what a move left behind')
    .option('--remove-old', 'remove, for good, the old content that moves left behind')
    .action(async (folder: string | undefined, options: MoveDataOptions, command: Command) =>
      await (await import('./commands/move-data.ts')).moveDataCommand(command.optsWithGlobals<GlobalOptions>(), folder, options))

  add('report', 'what to send to those who look for a mistake: no names, paths or pictures of yours')
    .action(async (_options: object, command: Command) => {
      const { report, reportUnopened } = await import('./commands/report.ts')
      let opened = false
      await run(command, async (watch) => {
        opened = true
        await report(watch)
      }).catch(async (error: unknown) => {
        if (opened) throw error
        await reportUnopened(command.optsWithGlobals<GlobalOptions>(), version, error)
      })
    })

  add('doctor', 'engines with their measured speed, versions, data folder')
    .option('--measure', 'measure every engine again')
    .option('--no-measure', 'measure nothing')
    .action(async (options: DoctorOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/doctor.ts')).doctor(watch, options)))

  const engine = add('engine', 'engines')
  add('install <engine>', "install an engine into this user's cache (tensorflow)", engine)
    .action(async (name: string, _options: object, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/doctor.ts')).installEngine(watch, name)))

  add('serve', 'the same studio in the browser, on this computer only unless --listen says otherwise; prints the address')
    .option('--port <n>', 'port (default: any free one)', integer(0, 65_535), 0)
    .option('--listen <address>', 'IP address to listen on instead of 127.0.0.1: not encrypted, so an SSH tunnel is safer')
    .option('--token-file <file>', 'with --listen: a file with your own token, 32 characters or more, that lets browsers in')
    .option('--names <a,b>', 'with --listen: more names or addresses that browsers open it by')
    .option('--open', 'open the browser too')
    .action(async (options: ServeOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/serve.ts')).serveCommand(watch, options)))

  return program
}

const addTraining = (command: Command): Command =>
  command
    .option('--classes <a,b>', 'classes that take part, by name or id (default: all)')
    .option('--resolution <n>', 'longer side of the pictures in pixels: 16, 32, 64, 128 or 256')
    .option('--aspect <w:h>', `width to height of the pictures: ${aspects.join(', ')}`)
    .option('--set <option=value>', `set a training option, may be repeated: ${optionKeys.join(', ')}`, collect)
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

const addPictures = (command: Command): Command =>
  command
    .option('--count <n>', 'how many pictures', integer(1, 100_000))
    .option('--class <name>', 'pictures of this class only (default: all in turn)')
    .option('--seed <s>', 'seed of the first picture, the next have the next', integer(0, 0xffffffff), 0)
    .option('--truncation <t>', 'below 1: nearer to the mean picture', number(Number.EPSILON, 2), 1)
    .addOption(checkpointOption())

const addSearch = (command: Command): Command =>
  command
    .option('--class <name>', 'class of the pictures (default: whichever fits best)')
    .option('--steps <n>', 'steps of the search (default: 150)', integer(0, 5000))
    .addOption(new Option('--start <from>', 'where the search begins').choices(['auto', 'encoder', 'mean']).default('auto'))
    .option('--force', 'replace a file that is there')
    .addOption(checkpointOption())

const checkpointOption = (): Option => new Option('--checkpoint <which>', 'the best so far, or the latest').choices([...checkpointChoices]).default('best')
