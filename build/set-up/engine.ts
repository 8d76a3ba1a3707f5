/** The TensorFlow engine for this user, installed with visible progress. Its lack is never fatal. */
import { existsSync } from 'node:fs'
import { createOutput } from '../../src/hosts/cli/output.ts'
import { tensorflowFolder } from '../../src/engine/engine-folder.ts'
import { installTensorflow } from '../../src/engine/install-tensorflow.ts'
import { prepareOwnKernels } from '../../src/engine/install/own-kernels.ts'
import { ownKernelsFile, ownKernelsName } from '../../src/engine/own-kernels.ts'
import { tensorflowRelease } from '../../src/engine/tensorflow-release.ts'
import { recentFailure, rememberFailure } from './attempts.ts'

const engineCommand = 'npx gan-studio engine install tensorflow'
const megabytes = (bytes: number): number => Math.round(bytes / 1e6)

/** TensorFlow for this platform is pinned; the others train with the engines that npm brings. */
export function engineSupported(): boolean {
  try {
    tensorflowRelease()
    return true
  } catch {
    return false
  }
}

export const engineInstalled = (): boolean => engineSupported() && existsSync(tensorflowFolder())

export const ownKernelsInstalled = (): boolean => existsSync(ownKernelsFile(tensorflowFolder()))

/** Installs it where it is missing and was not tried in vain today; says what is so. */
export async function installEngine(): Promise<void> {
  if (!engineSupported()) return
  if (engineInstalled()) return await installOwnKernels()
  const before = recentFailure(tensorflowRelease().folderName)
  if (before !== null) return explain(before)
  console.log('Installing the TensorFlow engine, once for this user ("npm start -- --no-engine-download" starts without) …')
  const output = createOutput({ json: false, streams: { out: process.stdout, err: process.stderr } })
  try {
    await installTensorflow({
      onProgress: ({ done, total, detail }) => output.progress({ title: 'Megabytes', done: megabytes(done), total: megabytes(total), detail }, {}),
    })
    output.note('The TensorFlow engine is ready.')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    rememberFailure(tensorflowRelease().folderName, reason)
    output.note('')
    explain(reason)
  }
}

/** For an engine that was there before them; a vain attempt takes as long as another, and is not repeated today. */
async function installOwnKernels(): Promise<void> {
  if (ownKernelsInstalled() || recentFailure(ownKernelsName) !== null) return
  console.log('Building the studio\'s own kernels for TensorFlow, once for this user …')
  await prepareOwnKernels(tensorflowFolder(), {
    log: (level, text, { message } = {}) => {
      if (level !== 'warn') return
      rememberFailure(ownKernelsName, String(message))
      console.log(`${text}: ${String(message)}`)
    },
  })
}

function explain(reason: string): void {
  console.log(`TensorFlow, the fastest engine, is not there: ${reason}
The studio trains with its WebAssembly engine meanwhile, more slowly. To try again: ${engineCommand}`)
}
