/**
 * tfjs-node's addon: two C++ files of the npm package, compiled against libtensorflow. Its
 * Node-API is stable, so one build serves every Node and Electron. An app package may bring
 * a prebuilt one, so that its users need no compiler.
 */
import { existsSync } from 'node:fs'
import { copyFile, mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { StudioError } from '../../base/errors.ts'
import { refusal } from '../../contract/failure.ts'
import { message } from '../../contract/messages.ts'
import { firstErrorOf, runCommand } from './run-command.ts'

const require = createRequire(import.meta.url)

/** How the addon will be made; found before the download, so that a lack is told at once. */
export type AddonSource =
  | { readonly kind: 'prebuilt'; readonly file: string }
  | { readonly kind: 'compile'; readonly compiler: string; readonly headers: string; readonly sources: string }

/** Where an app package keeps what was built for this platform, below its assets. */
export const prebuiltFolder = (assetsFolder: string): string => join(assetsFolder, 'engine', `${process.platform}-${process.arch}`)
const prebuiltAddon = (assetsFolder: string): string => join(prebuiltFolder(assetsFolder), 'tfjs_binding.node')

export async function findAddonSource(assetsFolder: string | undefined, signal?: AbortSignal): Promise<AddonSource> {
  if (assetsFolder !== undefined && existsSync(prebuiltAddon(assetsFolder))) return { kind: 'prebuilt', file: prebuiltAddon(assetsFolder) }
  const compiler = await findCompiler(signal)
  if (compiler === null)
    throw refusal('engine-unavailable', message('install.compiler'))
  const headers = nodeHeaders().find((folder) => existsSync(join(folder, 'node_api.h')))
  if (headers === undefined)
    throw refusal('engine-unavailable', message('install.headers'))
  return { kind: 'compile', compiler, headers, sources: dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json')) }
}

export async function findCompiler(signal?: AbortSignal): Promise<string | null> {
  const named = process.env['CXX']
  for (const compiler of named ? [named] : ['g++', 'clang++', 'c++'])
    if ((await runCommand(compiler, ['--version'], { signal })).code === 0) return compiler
  return null
}

/** Of the running Node, of the Node that npm installed for the studio, of the system. */
function nodeHeaders(): readonly string[] {
  const folders = [join(dirname(process.execPath), '..', 'include', 'node'), join(dirname(process.execPath), 'include', 'node')]
  try {
    folders.push(join(dirname(require.resolve(`node-${process.platform}-${process.arch}/package.json`)), 'include', 'node'))
  } catch {
    // Not installed on this platform.
  }
  return [...folders, '/usr/include/node', '/usr/local/include/node']
}

/** Makes `<engine>/lib/napi-v8/tfjs_binding.node`; libtensorflow must lie in `<engine>/deps/lib`. */
export async function makeAddon(source: AddonSource, engine: { readonly folder: string; readonly include: string; readonly signal?: AbortSignal }): Promise<void> {
  const target = join(engine.folder, 'lib', 'napi-v8', 'tfjs_binding.node')
  await mkdir(dirname(target), { recursive: true })
  if (source.kind === 'prebuilt') return await copyFile(source.file, target)

  const binding = join(source.sources, 'binding')
  const args = [
    '-std=c++17', '-O2', '-fPIC', '-shared', '-DNAPI_VERSION=8',
    `-I${source.headers}`, `-I${engine.include}`, `-I${source.sources}`,
    join(binding, 'tfjs_backend.cc'), join(binding, 'tfjs_binding.cc'),
    `-L${join(engine.folder, 'deps', 'lib')}`, '-ltensorflow', '-ltensorflow_framework',
    '-Wl,-rpath,$ORIGIN/../../deps/lib',
    '-o', target,
  ]
  const result = await runCommand(source.compiler, args, { signal: engine.signal })
  if (result.code === 0) return
  throw new StudioError('engine-failed', `The compiler ${source.compiler} could not build TensorFlow's addon: ${firstErrorOf(result)}. A C++17 compiler is needed (GCC 8 or newer).`)
}
