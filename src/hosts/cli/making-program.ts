/** Commands of `gan-studio` that make pictures with a run. What each does is in `commands/`. */
import { Option, type Command } from 'commander'
import { modelFormats, modelNetworks, modelPrecisions } from '../../contract/data.ts'
import { checkpointOption } from './checkpoint-option.ts'
import type { EncodeOptions } from './commands/encode.ts'
import type { ExploreOptions } from './commands/explore.ts'
import type { ExportOptions, GenerateOptions } from './commands/generate.ts'
import { cliFormats } from './commands/generate.ts'
import type { InpaintOptions, InvertOptions } from './commands/invert.ts'
import type { EnlargeOptions, TranslateOptions } from './commands/redraw.ts'
import type { TrainEncoderOptions } from './commands/train-encoder.ts'
import { integer, number } from './numbers.ts'
import type { AddCommand, RunCommand } from './program.ts'

export function addMakingCommands(program: Command, add: AddCommand, run: RunCommand): void {
  program.commandsGroup('Make pictures and models:')
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

  program.commandsGroup('Work on pictures of yours:')
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

  addSearch(add('inpaint <run> <picture>', 'fill in a part of a picture by what the generator of a run makes there'))
    .requiredOption('--mask <file>', 'picture that is white where the other is to be filled in, and black elsewhere')
    .requiredOption('--out <file>', 'PNG file to write, in the size of the run')
    .action(async (name: string, path: string, options: InpaintOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/invert.ts')).inpaint(watch, name, path, options)))

  add('train-encoder <run>', 'train an encoder for a run that was trained without one, so that pictures are found sooner')
    .option('--minutes <m>', 'how long', number(0.01, 1440), 2)
    .addOption(checkpointOption())
    .action(async (name: string, options: TrainEncoderOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/train-encoder.ts')).trainEncoder(watch, name, options)))
}

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
