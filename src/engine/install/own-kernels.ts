/** Builds the studio's own kernels into an engine folder, or takes those that an app package brings. */
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CancelledError } from '../../base/errors.ts'
import { silent, type Log } from '../../base/log.ts'
import { ownKernelsFile, ownKernelsName } from '../own-kernels.ts'
import { findCompiler, prebuiltFolder } from './addon.ts'
import { firstErrorOf, runCommand } from './run-command.ts'

export interface OwnKernelsOptions {
  /** May hold a prebuilt one. */
  readonly assetsFolder?: string
  readonly signal?: AbortSignal
  readonly log?: Log
}

/** Sources that are compiled with the instructions of some processors only; the library asks which it has. */
const instructions: Readonly<Record<string, readonly string[]>> = {
  'lanes16.cc': ['-mavx512f', '-mavx512vl', '-mavx512dq', '-mavx2', '-mfma'],
  'lanes8.cc': ['-mavx2', '-mfma'],
}
const common = ['-std=c++17', '-O3', '-fPIC', '-ffp-contract=fast', '-fno-math-errno', '-fvisibility=hidden', '-pthread']

/** Their lack is never fatal: the reason is logged. @throws CancelledError */
export async function prepareOwnKernels(engineFolder: string, { assetsFolder, signal, log = silent }: OwnKernelsOptions = {}): Promise<void> {
  const target = ownKernelsFile(engineFolder)
  if (existsSync(target)) return
  const part = `${target}.${process.pid}.part`
  try {
    await mkdir(join(engineFolder, 'lib'), { recursive: true })
    const prebuilt = assetsFolder === undefined ? null : join(prebuiltFolder(assetsFolder), ownKernelsName)
    if (prebuilt !== null && existsSync(prebuilt)) await copyFile(prebuilt, part)
    else await compile(engineFolder, part, signal)
    await rename(part, target)
    log('info', 'The studio\'s own kernels are ready')
  } catch (error) {
    if (signal?.aborted) throw new CancelledError()
    log('warn', 'The studio\'s own kernels could not be built; TensorFlow\'s serve', { message: error instanceof Error ? error.message : String(error) })
  } finally {
    await rm(part, { force: true })
  }
}

/** @throws Error saying what is missing, or the compiler's first error */
async function compile(engineFolder: string, to: string, signal?: AbortSignal): Promise<void> {
  const sources = sourcesFolder()
  const compiler = await findCompiler(signal)
  if (sources === null || compiler === null) throw new Error(sources === null ? 'their sources are not here' : 'there is no C++ compiler')
  const folder = await mkdtemp(join(tmpdir(), 'gan-studio-kernels-'))
  try {
    const objects = (await readdir(sources)).filter((name) => name.endsWith('.cc')).map((name) => ({ source: join(sources, name), object: join(folder, `${name}.o`), own: instructions[name] ?? [] }))
    for (const { source, object, own } of objects) await run(compiler, [...common, ...own, '-c', source, '-o', object], signal)
    await run(compiler, ['-shared', '-pthread', ...objects.map(({ object }) => object), `-L${join(engineFolder, 'deps', 'lib')}`, '-ltensorflow', '-ltensorflow_framework', '-Wl,-rpath,$ORIGIN/../deps/lib', '-o', to], signal)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function run(compiler: string, args: readonly string[], signal?: AbortSignal): Promise<void> {
  const result = await runCommand(compiler, args, { signal })
  if (result.code !== 0) throw new Error(firstErrorOf(result))
}

/** Beside this file, or seen from the bundles in dist/studio; a package has none. */
export function sourcesFolder(): string | null {
  const places = ['../native', '../../src/engine/native'].map((place) => fileURLToPath(new URL(place, import.meta.url)))
  return places.find((folder) => existsSync(join(folder, 'shape.h'))) ?? null
}
