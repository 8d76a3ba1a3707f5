import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import { StudioError } from '../../../base/errors.ts'
import type { HostApi, Studio } from '../../../contract/api.ts'
import { pictureSize, sidesText, type ModelFile, type Run } from '../../../contract/data.ts'
import { follow, type Watch } from '../activity.ts'
import { pick } from '../find.ts'
import { nextCommand } from '../next-command.ts'
import { byteSize, table, thousands, type Output } from '../output.ts'

/** Of what is exported. */
const endings = /\.(safetensors|onnx|html?|json|zip)$/i

export async function listModels(studio: Studio, output: Output): Promise<void> {
  const models = await studio.call('models.list')
  for (const model of models) output.item({ type: 'model', ...model }, null)
  const rows = models.map(({ id, name, resolution, aspect, classNames, parameters, hasDiscriminator, bytes, card }) => [
    id, name, sidesText(pictureSize({ resolution, aspect })), classNames.length, thousands(parameters), hasDiscriminator ? 'generator, discriminator' : 'generator', byteSize(bytes), card === null ? '' : `${card.pictures}, ${card.licence}`,
  ])
  output.result(
    { id: null, count: models.length },
    rows.length === 0 ? 'No model files yet. Start from one: gan-studio train DATASET --from FILE' : table(['Id', 'Name', 'Pixels', 'Classes', 'Parameters', 'Holds', 'Size', 'From'], rows),
  )
}

/** A run, a model by id or name, or a model as it was exported, which is added. @returns its id */
export async function findStart(studio: Studio & Pick<HostApi, 'registerSources'>, wanted: string): Promise<string> {
  if (await access(wanted).then(() => true, () => false)) {
    const ticket = await studio.registerSources([resolve(wanted)])
    // A folder of pictures may have the name of a run; what is meant as a file is told why it is none.
    if (endings.test(wanted) || (await studio.call('models.recognise', { ticket }))) return (await studio.call('models.add', { ticket })).id
  }
  const items: readonly (Run | ModelFile)[] = [...(await studio.call('runs.list')), ...(await studio.call('models.list'))]
  return pick('run or model', 'models', items, wanted).id
}

export async function openModelFile(watch: Watch, wanted: string, name: string | undefined): Promise<void> {
  const { studio, output } = watch
  const modelId = await findStart(studio, wanted)
  if ((await studio.call('runs.list')).some(({ id }) => id === modelId)) throw new StudioError('bad-input', `"${wanted}" is a run already: gan-studio generate ${wanted}`)
  const run = await studio.call('runs.adopt', { modelId, ...(name === undefined ? {} : { name }) })
  // A command that ended would take the drawing with it.
  const sheet = (await studio.call('activities.list')).find(({ kind, subjectId }) => kind === 'sheet' && subjectId === run.id)
  if (sheet !== undefined) await follow(watch, () => Promise.resolve({ activityId: sheet.id })).catch((error: unknown) => output.note(`Without a sample sheet: ${error instanceof Error ? error.message : String(error)}`))
  output.result({ id: run.id, run }, `Opened as "${run.name}": ${sidesText(pictureSize(run.options))} px, ${run.classNames.length === 0 ? 'no classes' : run.classNames.join(', ')}, ${thousands(run.imagesSeen)} images seen. Use it: ${nextCommand(run)}`)
}
