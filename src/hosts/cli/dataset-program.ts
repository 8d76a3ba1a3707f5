/** `gan-studio datasets` and what is below it; what each does is in commands/datasets.ts. */
import { Option, type Command } from 'commander'
import { aspects, colourModes, datasetLayouts, labellers, measures, modelPrecisions, networkFormats, splitFolderMeanings, splitParts } from '../../contract/data.ts'
import { classesFromHelp, splitFoldersHelp } from './class-rule.ts'
import type { ClassifyOptions, CropOptions, DuplicatesOptions, ExportDatasetOptions, PicturesOptions, PrepareOptions } from './commands/datasets.ts'
import { addComposition } from './composition-program.ts'
import { cropBox } from './crop-box.ts'
import { integer, number } from './numbers.ts'
import { collect } from './repeated.ts'
import type { ExportHeadOptions, HeadOptions } from './commands/head.ts'
import type { SetLabelOptions } from './commands/label.ts'
import type { ResumeOptions } from './commands/import.ts'
import type { ProblemsOptions } from './commands/problems.ts'
import type { AddCommand, RunCommand } from './program.ts'
import type { HistogramOptions, LookOptions, MapOptions, OutliersOptions } from './commands/looks.ts'

const commands = (): Promise<typeof import('./commands/datasets.ts')> => import('./commands/datasets.ts')

const looks = (): Promise<typeof import('./commands/looks.ts')> => import('./commands/looks.ts')

const places = (): Promise<typeof import('./commands/places.ts')> => import('./commands/places.ts')

const addFilter = (command: Command): Command =>
  command
    .option('--class <name>', 'of this class only')
    .option('--unlabelled', 'without a class only')
    .option('--search <text>', 'whose path has this in it')
    .option('--excluded', 'those excluded, instead of those that take part')
    .addOption(new Option('--part <part>', 'of this part of the split only').choices([...splitParts]))
    .option('--copies', 'augmented copies only')
    .option('--no-copies', 'no augmented copies')
    .option('--where <measure=from..to>', `within a range, may be repeated: brightness=0.2..0.8, sharpness=..50, date=2024-01-01..; measures: ${measures.join(', ')}`, collect)

export function addDatasets(add: AddCommand, run: RunCommand): void {
  const datasets = add('datasets', 'list data sets; below it: look into one and mend it').action(async (_options: object, command: Command) =>
    await run(command, async ({ studio, output }) => await (await import('./commands/lists.ts')).listDatasets(studio, output)))

  datasets.commandsGroup('Look into one:')
  add('show <dataset>', 'everything about one data set', datasets).action(async (name: string, _options: object, command: Command) =>
    await run(command, async (watch) => await (await commands()).showDataset(watch, name)))
  const list = add('pictures <dataset>', 'list its pictures', datasets)
  addFilter(list)
    .addOption(new Option('--sort <measure>', 'by a measure; those without it come last').choices([...measures]))
    .option('--descending', 'from the largest to the smallest')
    .option('--limit <n>', 'so many at most', integer(1, 1e9))
    .action(async (name: string, options: PicturesOptions, command: Command) =>
      await run(command, async (watch) => await (await commands()).listPictures(watch, name, options)))

  addFilter(add('histogram <dataset>', 'how a measure of its pictures spreads', datasets))
    .addOption(new Option('--of <measure>', 'the measure').choices([...measures]).makeOptionMandatory())
    .action(async (name: string, options: HistogramOptions, command: Command) =>
      await run(command, async (watch) => await (await looks()).histogram(watch, name, options)))
  add('measure <dataset>', 'measure pictures that came before the studio did that at import; sorting does it, too', datasets).action(async (name: string, _options: object, command: Command) =>
    await run(command, async (watch) => await (await looks()).measure(watch, name)))

  add('look <dataset>', 'compare all pictures by a pretrained network: what stands out, distances from the centres of classes, a map', datasets)
    .option('--sample <n>', 'look at so many, spread evenly', integer(2, 1e7))
    .action(async (name: string, options: LookOptions, command: Command) =>
      await run(command, async (watch) => await (await looks()).look(watch, name, options)))
  add('outliers <dataset>', 'pictures that stand out, the most unusual first, with the reason', datasets)
    .option('--count <n>', 'how many', integer(1, 1000), 50)
    .action(async (name: string, options: OutliersOptions, command: Command) =>
      await run(command, async (watch) => await (await looks()).outliers(watch, name, options)))
  add('map <dataset>', 'places of the pictures in the plane as CSV, those alike near each other', datasets)
    .option('--out <file>', 'file to write (default: standard output)')
    .option('--force', 'replace a file that is there')
    .action(async (name: string, options: MapOptions, command: Command) =>
      await run(command, async (watch) => await (await looks()).map(watch, name, options)))
  datasets.commandsGroup('Classes:')
  add('head <dataset>', 'train a small classifier on features of a pretrained network or of a run, by the labels, and check it on pictures held out', datasets)
    .option('--seed <n>', 'the same gives the same classifier', integer(0, 0xffffffff), 0)
    .option('--run <run>', 'on features of the discriminator of this run, which learned from the data set (default: of a pretrained network)')
    .action(async (name: string, options: HeadOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/head.ts')).head(watch, name, options)))
  add('export-head <dataset>', 'write that classifier out as one model from pictures to probabilities of the classes', datasets)
    .addOption(new Option('--format <format>', 'tfjs: a ZIP').choices([...networkFormats]).makeOptionMandatory())
    .option('--seed <n>', 'as of head', integer(0, 0xffffffff), 0)
    .option('--run <run>', 'on features of the discriminator of this run (default: of a pretrained network); the file holds that network, too')
    .addOption(new Option('--precision <type>', 'how tfjs keeps its weights (default: float32)').choices([...modelPrecisions]))
    .option('--licence <text>', 'what the model card says about passing it on')
    .requiredOption('--out <file>', 'file to write')
    .option('--force', 'replace a file that is there')
    .action(async (name: string, options: ExportHeadOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/head.ts')).exportHead(watch, name, options)))
  add('label <dataset>', 'classes for the pictures without one, by those that have one, the most doubtful first', datasets)
    .addOption(new Option('--by <labeller>', 'nearest: the classes of the nearest labelled pictures; head: a classifier trained on all labelled ones').choices([...labellers]).default('nearest'))
    .option('--run <run>', 'with --by head: on features of the discriminator of this run')
    .option('--apply-from <p>', 'give pictures the class of at least this probability (0 … 1); can be undone', number(0, 1))
    .action(async (name: string, options: SetLabelOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/label.ts')).labelByOthers(watch, name, options)))

  datasets.commandsGroup('In and out:')
  add('export <dataset>', 'write out what takes part, with its classes', datasets)
    .requiredOption('--out <path>', 'a new folder, or a file that ends in .zip')
    .addOption(new Option('--layout <layout>', 'folders: one a class; dataset-json: numbered files with labels as StyleGAN reads them').choices([...datasetLayouts]).default('folders'))
    .option('--copies', 'augmented copies too')
    .option('--parts', 'a folder for each part of the split: train, validation, test')
    .option('--force', 'replace a ZIP that is there')
    .action(async (name: string, options: ExportDatasetOptions, command: Command) =>
      await run(command, async (watch) => await (await commands()).exportDataset(watch, name, options)))

  add('resume <dataset>', 'go on with an import or addition that was cut short', datasets)
    .option('--keep', 'do without the rest: keep what has come')
    .option('--discard', 'do without it: an addition leaves nothing, a data set is deleted and can be restored')
    .action(async (name: string, options: ResumeOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/import.ts')).resumeImport(watch, name, options)))
  add('problems <dataset>', 'files that its imports could not take, and why', datasets)
    .option('--retry', 'read them again from where they were, and add what can be taken by now')
    .action(async (name: string, options: ProblemsOptions, command: Command) =>
      await run(command, async (watch) => await (await import('./commands/problems.ts')).problems(watch, name, options)))
  add('check <dataset>', 'look whether pictures that were left where they are (import --in-place) are still there and the same', datasets)
    .action(async (name: string, _options: object, command: Command) =>
      await run(command, async (watch) => await (await places()).checkPlaces(watch, name)))
  add('relink <dataset> <folder...>', 'find those that are no longer there in other folders, by name, size and content', datasets)
    .action(async (name: string, folders: string[], _options: object, command: Command) =>
      await run(command, async (watch) => await (await places()).relinkPlaces(watch, name, folders)))
  add('copy-in <dataset>', 'copy them into the studio after all; your files stay as they are', datasets)
    .action(async (name: string, _options: object, command: Command) =>
      await run(command, async (watch) => await (await places()).copyPlacesIn(watch, name)))
  datasets.commandsGroup('Pictures that take part:')
  add('prepare <dataset>', 'how its pictures are made ready for training: what later proposals start from', datasets)
    .option('--resolution <n>', 'longer side in pixels: 16, 32, 64, 128 or 256', integer(16, 256))
    .addOption(new Option('--aspect <w:h>', 'width to height').choices([...aspects]))
    .addOption(new Option('--fit <fit>', 'crop: cut the middle out; fit: squeeze; pad: add borders').choices(['crop', 'fit', 'pad']))
    .addOption(new Option('--colour <mode>', 'grey, rgb, rgba, binary (black and white), palette, or as-is: what the pictures have').choices([...colourModes]))
    .option('--colours <n>', 'colours of a palette', integer(2, 64))
    .action(async (name: string, options: PrepareOptions, command: Command) =>
      await run(command, async (watch) => await (await commands()).prepareDataset(watch, name, options)))

  datasets.commandsGroup('Classes:')
  add('rename-class <dataset> <class> <name>', 'rename a class', datasets).action(async (dataset: string, className: string, name: string, _options: object, command: Command) =>
    await run(command, async (watch) => await (await commands()).renameClass(watch, dataset, className, name)))
  add('merge <dataset> <into> <class...>', 'move all pictures of classes into one, and remove the classes', datasets).action(async (dataset: string, into: string, classNames: string[], _options: object, command: Command) =>
    await run(command, async (watch) => await (await commands()).mergeClasses(watch, dataset, classNames, into)))
  add('delete-class <dataset> <class>', 'remove a class; its pictures are excluded', datasets).action(async (dataset: string, className: string, _options: object, command: Command) =>
    await run(command, async (watch) => await (await commands()).deleteClass(watch, dataset, className)))
  add('new-class <dataset> <name> [picture...]', 'add a class, with these pictures', datasets).action(async (dataset: string, name: string, pictures: string[], _options: object, command: Command) =>
    await run(command, async (watch) => await (await commands()).newClass(watch, dataset, name, pictures)))
  add('relabel <dataset> <class> <picture...>', 'move pictures to a class', datasets).action(async (dataset: string, className: string, pictures: string[], _options: object, command: Command) =>
    await run(command, async (watch) => await (await commands()).relabel(watch, dataset, className, pictures)))
  add('unlabel <dataset> <picture...>', 'take the class of pictures away', datasets).action(async (dataset: string, pictures: string[], _options: object, command: Command) =>
    await run(command, async (watch) => await (await commands()).unlabel(watch, dataset, pictures)))
  add('classify <dataset> <rule>', `give every picture its class by where it lies. RULE: ${classesFromHelp}`, datasets)
    .addOption(new Option('--split-folders <meaning>', splitFoldersHelp).choices([...splitFolderMeanings]).default('parts'))
    .option('--dry-run', 'print the classes that would come of it and stop')
    .action(async (name: string, rule: string, options: ClassifyOptions, command: Command) =>
      await run(command, async (watch) => await (await commands()).classify(watch, name, rule, options)))
  datasets.commandsGroup('Pictures that take part:')
  add('exclude <dataset> <picture...>', 'leave pictures out of training', datasets).action(async (dataset: string, pictures: string[], _options: object, command: Command) =>
    await run(command, async (watch) => await (await commands()).exclude(watch, dataset, pictures)))
  add('include <dataset> <picture...>', 'take excluded pictures in again', datasets).action(async (dataset: string, pictures: string[], _options: object, command: Command) =>
    await run(command, async (watch) => await (await commands()).include(watch, dataset, pictures)))

  add('crop <dataset> <picture...>', 'choose the part of pictures that training sees', datasets)
    .addOption(new Option('--box <x,y,w,h>', 'left, top, width and height as shares of the sides, such as 0.25,0,0.5,0.5').argParser(cropBox).conflicts('reset'))
    .option('--reset', 'see all of them again')
    .action(async (name: string, pictures: string[], options: CropOptions, command: Command) =>
      await run(command, async (watch) => await (await commands()).crop(watch, name, pictures, options)))

  add('duplicates <dataset>', 'find pictures that look like copies of each other', datasets)
    .option('--exclude', 'keep the largest of each group and exclude the others, as one step')
    .action(async (name: string, options: DuplicatesOptions, command: Command) =>
      await run(command, async (watch) => await (await commands()).findDuplicates(watch, name, options)))

  addComposition(add, run, datasets)

  datasets.commandsGroup('History:')
  add('undo <dataset>', 'take back the latest change', datasets).action(async (name: string, _options: object, command: Command) =>
    await run(command, async (watch) => await (await commands()).turn(watch, name, 'undo')))
  add('redo <dataset>', 'do again what was undone', datasets).action(async (name: string, _options: object, command: Command) =>
    await run(command, async (watch) => await (await commands()).turn(watch, name, 'redo')))
  add('history <dataset>', 'every change, newest first', datasets).action(async (name: string, _options: object, command: Command) =>
    await run(command, async (watch) => await (await commands()).showHistory(watch, name)))

  datasets.commandsGroup('The data set:')
  add('rename <dataset> <name>', 'rename a data set', datasets).action(async (dataset: string, name: string, _options: object, command: Command) =>
    await run(command, async (watch) => await (await commands()).renameDataset(watch, dataset, name)))
  add('delete <dataset>', 'delete a data set; it can be restored for 30 days', datasets).action(async (name: string, _options: object, command: Command) =>
    await run(command, async (watch) => await (await commands()).deleteDataset(watch, name)))
  add('restore <dataset>', 'bring back a deleted data set', datasets).action(async (name: string, _options: object, command: Command) =>
    await run(command, async (watch) => await (await commands()).restoreDataset(watch, name)))
  datasets.helpCommand(true)
}
