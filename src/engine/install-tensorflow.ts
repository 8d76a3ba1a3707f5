/**
 * Installs TensorFlow into the user's cache folder: fetches the pinned wheel through pip (or
 * takes one the person has), checks it, unpacks libtensorflow, joins it with Node by tfjs-node's
 * addon, and puts the finished folder in its place in one rename. Until then nothing is seen of
 * it, so an interrupted installation is simply begun again; a checked download is kept for that.
 */
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, statfs, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { CancelledError, StudioError } from '../base/errors.ts'
import { silent, type Log } from '../base/log.ts'
import { fromSystemError } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import { cacheFolder } from './engine-folder.ts'
import { findAddonSource, makeAddon, type AddonSource } from './install/addon.ts'
import { sha256OfFile } from './install/checksum.ts'
import { isAlive, takeLock } from './install/lock.ts'
import { prepareOwnKernels } from './install/own-kernels.ts'
import { capablePip, downloadWheel } from './install/python.ts'
import { unpack, type UnpackedFile } from './install/unpack.ts'
import { tensorflowRelease, type TensorflowRelease } from './tensorflow-release.ts'

export interface InstallProgress {
  /** Bytes over all stages: downloaded, then unpacked. */
  readonly done: number
  readonly total: number
  /** What happens now, for a person. */
  readonly detail: string
}

export interface InstallOptions {
  /** Default: the cache folder of this user. */
  readonly cache?: string
  /** A wheel file the person has already; else it is downloaded. */
  readonly wheel?: string
  /** May hold a prebuilt addon (see `prebuiltFolder`). */
  readonly assetsFolder?: string
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: InstallProgress) => void
  readonly log?: Log
}

/** What an engine folder says about itself, beside the files. */
export interface InstallManifest {
  readonly version: string
  readonly wheelSha256: string
  readonly files: readonly UnpackedFile[]
}
const manifestName = 'manifest.json'

/**
 * @returns the engine folder, at once where it is installed already.
 * @throws StudioError 'unsupported', 'engine-unavailable' (no Python, compiler or network),
 * 'disk-full', 'corrupt' (checksum), 'no-permission'; CancelledError.
 */
export async function installTensorflow(options: InstallOptions = {}): Promise<string> {
  const release = tensorflowRelease()
  const engines = join(options.cache ?? cacheFolder(), 'engines')
  const target = join(engines, release.folderName)
  try {
    if (await isInstalled(target)) {
      await prepareOwnKernels(target, options)
      return target
    }
    await mkdir(engines, { recursive: true })
    const unlock = await takeLock(`${target}.lock`, {
      signal: options.signal,
      onWaiting: () => report(options, release, 0, 'Another GAN Studio is installing TensorFlow; waiting for it'),
    })
    try {
      await sweep(engines)
      // The one before us may have finished it meanwhile.
      if (!(await isInstalled(target))) await install(release, { ...options, engines, target })
    } finally {
      await unlock()
    }
    return target
  } catch (error) {
    if (options.signal?.aborted) throw new CancelledError()
    throw fromSystemError(error, message('doing.install'))
  }
}

export async function isInstalled(folder: string): Promise<boolean> {
  const manifest = await readManifest(folder)
  if (manifest === null) return false
  const sizes = await Promise.all(manifest.files.map(async (file) => (await stat(join(folder, file.path)).catch(() => null))?.size === file.bytes))
  return sizes.every(Boolean)
}

/** Reads every file against its checksum. @returns the paths that differ or are missing. */
export async function damagedFiles(folder: string): Promise<readonly string[]> {
  const manifest = await readManifest(folder)
  if (manifest === null) return [manifestName]
  const damaged: string[] = []
  for (const file of manifest.files)
    if ((await sha256OfFile(join(folder, file.path)).catch(() => null)) !== file.sha256) damaged.push(file.path)
  return damaged
}

interface Work extends InstallOptions {
  readonly engines: string
  readonly target: string
}

async function install(release: TensorflowRelease, work: Work): Promise<void> {
  const { signal, target, log = silent } = work
  // First everything that may be missing, so that nobody waits for a download in vain.
  await requireSpace(work.engines, release)
  const addon = await findAddonSource(work.assetsFolder, signal)

  const part = `${target}.${process.pid}.part`
  await mkdir(part, { recursive: true })
  try {
    const wheel = work.wheel === undefined ? await obtainWheel(release, part, work) : await checked(work.wheel, release, work)
    const files = await fill(part, { wheel, addon, release, work })
    const manifest: InstallManifest = { version: release.version, wheelSha256: release.sha256, files }
    await writeFile(join(part, manifestName), JSON.stringify(manifest, null, 2))
    await rm(target, { recursive: true, force: true })
    await rename(part, target)
    if (work.wheel === undefined) await rm(wheel, { force: true })
    log('info', 'TensorFlow installed', { version: release.version })
  } finally {
    await rm(part, { recursive: true, force: true })
  }
}

/** The checked wheel, kept beside the engine folders until the installation is complete. */
async function obtainWheel(release: TensorflowRelease, part: string, work: Work): Promise<string> {
  const kept = join(work.engines, release.wheelFile)
  if (existsSync(kept) && (await sha256OfFile(kept, work.signal)) === release.sha256) return kept
  report(work, release, 0, 'Preparing the download')
  const folder = join(part, 'download')
  await mkdir(folder, { recursive: true })
  const pip = await capablePip(folder, work.signal)
  const wheel = await downloadWheel(release, {
    folder,
    pip,
    signal: work.signal,
    onBytes: (done) => report(work, release, done, 'Downloading TensorFlow'),
  })
  await rename(await checked(wheel, release, work), kept)
  await rm(folder, { recursive: true, force: true })
  return kept
}

async function checked(wheel: string, release: TensorflowRelease, work: Work): Promise<string> {
  report(work, release, release.wheelBytes, 'Checking the download')
  if (!existsSync(wheel)) throw new StudioError('not-found', `There is no file ${basename(wheel)}. Choose the TensorFlow wheel again.`)
  const found = await sha256OfFile(wheel, work.signal)
  if (found === release.sha256) return wheel
  throw new StudioError(
    'corrupt',
    `${basename(wheel)} is not the file this studio expects: its SHA-256 should be ${release.sha256} and is ${found}. Download ${release.wheelFile} again.`,
  )
}

/** Unpacks the libraries, builds or copies the addon, and leaves nothing else in the folder. */
async function fill(folder: string, { wheel, addon, release, work }: { readonly wheel: string; readonly addon: AddonSource; readonly release: TensorflowRelease; readonly work: Work }): Promise<readonly UnpackedFile[]> {
  let unpacked = 0
  const unpackedFiles = await unpack(wheel, {
    folder,
    signal: work.signal,
    place: (member) => release.libraries[member] ?? (addon.kind === 'compile' ? headerPlace(member) : null),
    onBytes: (bytes) => report(work, release, release.wheelBytes + (unpacked += bytes), 'Unpacking TensorFlow'),
  })
  for (const [link, library] of Object.entries(release.links)) await symlink(library, join(folder, 'deps', 'lib', link))

  report(work, release, totalBytes(release), 'Joining TensorFlow with Node')
  await makeAddon(addon, { folder, include: join(folder, 'include'), signal: work.signal })
  await rm(join(folder, 'include'), { recursive: true, force: true })
  await prepareOwnKernels(folder, work)

  const addonPath = join('lib', 'napi-v8', 'tfjs_binding.node')
  const addonFile = join(folder, addonPath)
  return [
    ...unpackedFiles.filter(({ path }) => !path.startsWith('include')),
    { path: addonPath, bytes: (await stat(addonFile)).size, sha256: await sha256OfFile(addonFile) },
  ]
}

/** The C interface's headers alone: 14 files are read by the compiler, of 13,000 in the wheel. */
function headerPlace(member: string): string | null {
  const header = /^tensorflow\/(include\/(?:tensorflow\/c|tensorflow\/core\/platform|tsl\/platform|xla\/tsl\/c)\/.*\.h)$/.exec(member)
  return header?.[1] ?? null
}

async function requireSpace(folder: string, release: TensorflowRelease): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (free < release.diskBytes)
    throw new StudioError('disk-full', `TensorFlow needs ${megabytes(release.diskBytes)} on the disk of ${folder}; ${megabytes(free)} are free. Free some space and try again.`)
}
const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`

/** Removes what installers left that were killed. */
async function sweep(engines: string): Promise<void> {
  for (const name of await readdir(engines)) {
    const pid = /\.(\d+)\.part$/.exec(name)?.[1]
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(engines, name), { recursive: true, force: true })
  }
}

async function readManifest(folder: string): Promise<InstallManifest | null> {
  try {
    return JSON.parse(await readFile(join(folder, manifestName), 'utf8')) as InstallManifest
  } catch {
    return null
  }
}

const totalBytes = (release: TensorflowRelease): number => release.wheelBytes + release.unpackedBytes
const report = (options: InstallOptions, release: TensorflowRelease, done: number, detail: string): void =>
  options.onProgress?.({ done: Math.min(done, totalBytes(release)), total: totalBytes(release), detail })
