import type { Studio } from '../../../contract/api.ts'
import { pictureSize, sidesText } from '../../../contract/data.ts'
import type { Output } from '../output.ts'
import { byteSize, table } from '../output.ts'
import { runHead, runRow, showRun } from './train.ts'

export async function listAll(studio: Studio, output: Output): Promise<void> {
  const [datasets, runs] = [await datasetList(studio, output), await runList(studio, output)]
  output.result(
    { id: null, datasets: datasets.count, runs: runs.count },
    `Data sets\n\n${datasets.text}\n\nRuns\n\n${runs.text}\n\nModels to start from: gan-studio models. Everything about one: gan-studio datasets show DATASET, gan-studio runs show RUN`,
  )
}

export async function listDatasets(studio: Studio, output: Output): Promise<void> {
  const { count, text } = await datasetList(studio, output)
  output.result({ id: null, count }, text)
}

export async function listRuns(studio: Studio, output: Output): Promise<void> {
  const { count, text } = await runList(studio, output)
  output.result({ id: null, count }, text)
}

interface Listed {
  readonly count: number
  readonly text: string
}

async function datasetList(studio: Studio, output: Output): Promise<Listed> {
  const datasets = await studio.call('datasets.list')
  for (const dataset of datasets) output.item({ type: 'dataset', ...dataset }, null)
  const rows = datasets.map((dataset) => [
    dataset.id, dataset.name, dataset.state, dataset.pictureCount, dataset.classes.length, sidesText(pictureSize(dataset)), byteSize(dataset.bytes),
  ])
  return { count: rows.length, text: rows.length === 0 ? 'No data sets yet. Bring one in: gan-studio import FOLDER' : table(['Id', 'Name', 'State', 'Pictures', 'Classes', 'Pixels', 'Size'], rows) }
}

async function runList(studio: Studio, output: Output): Promise<Listed> {
  const runs = await studio.call('runs.list')
  for (const run of runs) output.item({ type: 'run', ...run }, null)
  return { count: runs.length, text: runs.length === 0 ? 'No runs yet. Start one: gan-studio train DATASET' : table(runHead, runs.map(runRow)) }
}

export async function showOneRun(studio: Studio, output: Output, name: string): Promise<void> {
  const { run, text } = await showRun(studio, name)
  const snapshots = await studio.call('runs.snapshots', { id: run.id })
  const scores = await studio.call('runs.scores', { id: run.id })
  output.result({ id: run.id, run, snapshots, scores }, text)
}
