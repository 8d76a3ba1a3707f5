/** Pictures that stay where their owner has them, as an actor of a soak takes them in, moves them and copies them. */
import type { Dataset } from '../../src/contract/data.ts'
import { ended, mostOthers, oneOf, pictures, place, random, run, say, seed, studio } from './actor-session.ts'
import { contentOfPlace, makePlace, movePlace } from './places.ts'

let serial = 0

/** Pictures that stay where they are: taken in, moved by their owner and found again, or copied after all. */
export async function leave(): Promise<void> {
  const left = (await studio.call('datasets.list')).filter((each) => place(each) !== null)
  const cutShort = left.find(({ unfinished }) => unfinished !== null)
  const dataset = cutShort === undefined ? oneOf(left.filter(({ state }) => state === 'ready')) : undefined
  if (dataset === undefined || (left.length < mostOthers && random.integer(3) === 0)) return await leaveSome(cutShort)
  const { id } = dataset
  const folder = place(dataset) ?? ''
  const whereabouts = await studio.call('datasets.whereabouts', { id })
  const choice = random.integer(4)
  if (whereabouts === null || choice === 0) return await run('edit', [[`there:${id}`, false]], () => studio.call('datasets.delete', { id }))
  if (choice === 1) return await run('places', [[`left:${id}`, 0]], async () => {
    await ended((await studio.call('datasets.copyIn', { id })).activityId)
    // Those that were moved and not found again stay.
    return [[`left:${id}`, (await studio.call('datasets.whereabouts', { id }))?.pictures ?? 0]]
  })
  await run('places', [], async () => {
    movePlace(folder)
    await ended((await studio.call('datasets.check', { id })).activityId)
    await ended((await studio.call('datasets.relink', { id, tickets: [await studio.registerSources([folder])] })).activityId)
  })
}

async function leaveSome(cutShort: Dataset | undefined): Promise<void> {
  const name = `Left ${seed}-${serial++}`
  const folder = place(cutShort ?? { name }) ?? ''
  if (cutShort === undefined) {
    makePlace(pictures, folder)
    say({ say: 'done', facts: [[`content:${folder}`, contentOfPlace(folder)]] })
  }
  await run('places', [], async () => {
    const { activityId, datasetId: id } = cutShort === undefined
      ? await studio.call('datasets.import', { tickets: [await studio.registerSources([folder])], name, inPlace: true })
      : await studio.call('datasets.resumeImport', { id: cutShort.id })
    await ended(activityId)
    const { pictureCount } = await studio.call('datasets.get', { id })
    const whereabouts = await studio.call('datasets.whereabouts', { id })
    if (whereabouts?.pictures !== pictureCount) throw new Error(`Of ${pictureCount} pictures ${String(whereabouts?.pictures)} were left where they are.`)
    return [[`there:${id}`, true], [`pictures:${id}`, pictureCount], [`left:${id}`, pictureCount]]
  })
}
