/**
 * Entry of the studio process: owns the data folder (or joins its owner) and serves it to main
 * and to the page. Runs in an Electron utility process, or on Node beside an old Electron.
 */
import { openStudio } from '../src/hosts/open-studio.ts'
import { serve } from '../src/transport/serve.ts'
import type { StudioArguments } from './parent-protocol.ts'
import { openParentLink } from './parent-link.ts'

const { dataFolder, version } = JSON.parse(process.argv[2] ?? '{}') as StudioArguments
const parent = openParentLink()
const { spawnChild } = parent
const opening = openStudio({
  dataFolder, version,
  ...(spawnChild === null ? {} : { processes: { spawnEngineProcess: () => spawnChild('engine-process'), spawnDecoder: () => spawnChild('decoder-process') } }),
})

// Ports that come early wait for the studio.
parent.onPort((port, trust) => {
  void opening.then(
    (studio) => serve(studio, port, trust === 'host' ? { host: studio } : {}),
    () => port.close(),
  )
})

let closing = false
// Heard while the folder is still being opened too: then it is opened, and closed again.
parent.onClose(() => {
  if (closing) return
  closing = true
  void opening.then((studio) => studio.close()).finally(() => process.exit(0))
})

try {
  const studio = await opening
  parent.send({ type: 'ready' })
  void studio.goOn().catch(() => {})
  // The owner of the data folder has gone; main starts a new studio process, which takes over.
  studio.onClose(() => {
    if (!closing) process.exit(1)
  })
} catch (error) {
  parent.send({ type: 'refused', message: error instanceof Error ? error.message : String(error) })
  setTimeout(() => process.exit(1), 200)
}

// Ctrl-C in a terminal reaches the whole group; main decides what becomes of the studio.
process.on('SIGINT', () => {})
