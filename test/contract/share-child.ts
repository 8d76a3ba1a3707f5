/** Opens a shared studio in a process of its own; says `owner` or `guest`, then waits. */
import { shareStudio } from '../../src/hosts/share-studio.ts'
import { SmallStudio } from './small-studio.ts'

const studio = await shareStudio({
  folder: process.argv[2] ?? '',
  log: () => {},
  create: () => Promise.resolve(Object.assign(new SmallStudio(), { close: () => Promise.resolve() })),
})
process.send?.(studio.owner ? 'owner' : 'guest')
process.on('message', () => void studio.close().then(() => process.exit(0)))
