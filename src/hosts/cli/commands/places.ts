/** `gan-studio datasets check`, `relink`, `copy-in`: pictures that were left where they are. */
import { resolve } from 'node:path'
import type { WhereaboutsOf } from '../../../contract/data.ts'
import { message, phrase } from '../../../contract/messages.ts'
import { follow, type Watch } from '../activity.ts'
import { findDataset } from '../find.ts'
import { byteSize, thousands } from '../output.ts'

type Method = 'datasets.check' | 'datasets.relink' | 'datasets.copyIn'

export async function checkPlaces(watch: Watch, name: string): Promise<void> {
  await tell(watch, name, 'datasets.check', (id) => watch.studio.call('datasets.check', { id }))
}

export async function relinkPlaces(watch: Watch, name: string, folders: readonly string[]): Promise<void> {
  const ticket = await watch.studio.registerSources(folders.map((folder) => resolve(folder)))
  await tell(watch, name, 'datasets.relink', (id) => watch.studio.call('datasets.relink', { id, tickets: [ticket] }))
}

export async function copyPlacesIn(watch: Watch, name: string): Promise<void> {
  await tell(watch, name, 'datasets.copyIn', (id) => watch.studio.call('datasets.copyIn', { id }))
}

const doneText: { readonly [M in Method]: (pictures: number) => readonly string[] } = {
  'datasets.check': () => [],
  'datasets.relink': (pictures) => [`${thousands(pictures)} found again.`],
  'datasets.copyIn': (pictures) => [`${thousands(pictures)} copied into the studio.`],
}

async function tell(watch: Watch, name: string, method: Method, start: (id: string) => Promise<{ readonly activityId: string }>): Promise<void> {
  const { id, name: setName } = await findDataset(watch.studio, name)
  const result = await follow(watch, () => start(id))
  const { pictures, whereabouts } = result.kind === 'whereabouts' ? result : { pictures: 0, whereabouts: null }
  for (const { path, how } of whereabouts?.lost ?? []) watch.output.item({ type: 'lost', path, message: phrase(message(`lost.${how}`), 'en') }, `  ${path}: ${phrase(message(`lost.${how}`), 'en')}`)
  watch.output.result({ id, pictures: method === 'datasets.check' ? null : pictures, whereabouts }, [`${setName}: ${describe(whereabouts)}`, ...doneText[method](pictures), ...advice(id, whereabouts)].join('\n'))
}

function describe(of: WhereaboutsOf | null): string {
  if (of === null) return 'all pictures are copies in the studio.'
  const lost = [[of.gone, 'no longer where they were'], [of.changed, 'with another content, which is not used'], [of.unreadable, 'not readable']] as const
  const told = lost.filter(([count]) => count > 0).map(([count, what]) => `${thousands(count)} ${what}`)
  const where = `${thousands(of.pictures)} ${of.pictures === 1 ? 'picture' : 'pictures'} (${byteSize(of.bytes)}) left in ${of.folder}`
  return told.length === 0 ? `${where}, all of them there.` : `${where}: ${told.join(', ')}.`
}

const advice = (id: string, of: WhereaboutsOf | null): readonly string[] =>
  of === null || of.gone + of.changed === 0 ? [] : [`Where they are now: gan-studio datasets relink ${id} FOLDER. Until then training goes on without them.`]
