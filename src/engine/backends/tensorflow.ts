/**
 * libtensorflow through the kernels of tfjs-node. Its addon comes from the installed engine
 * folder instead of the npm package, whose own download no longer exists.
 */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js'
import type { TFJSBinding } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding.js'
import { silent } from '../../base/log.ts'
import { refusal } from '../../contract/failure.ts'
import { message } from '../../contract/messages.ts'
import { tensorflowFolder } from '../engine-folder.ts'
import { loadOwnKernels, ownKernelsFile } from '../own-kernels.ts'
import { replaceKernels } from '../tensorflow-kernels.ts'
import { tf } from '../tf.ts'
import type { Backend, BackendOptions } from '../backend.ts'
import { activate, closer, residentBytes } from './shared.ts'

const require = createRequire(import.meta.url)

/** The addon inside an engine folder; libtensorflow lies beside it in deps/lib. */
export const addonPath = (engineFolder: string): string => join(engineFolder, 'lib', 'napi-v8', 'tfjs_binding.node')

export async function openTensorflow(options: BackendOptions): Promise<Backend> {
  const folder = options.engineFolder ?? tensorflowFolder()
  const addon = addonPath(folder)
  if (!existsSync(addon))
    throw refusal('engine-unavailable', message('engine.notInstalled'))

  // libtensorflow reads its settings once, while it is loaded.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '3'
  // Two kernels that take all processors only wait for each other: one after the other, in the thread that asks (-1), which need not be woken
  // when they are done. TensorFlow's own do better side by side.
  if (options.stepsByOwnKernels === true && existsSync(ownKernelsFile(folder))) process.env['TF_NUM_INTEROP_THREADS'] ??= '-1'

  const binding = require(addon) as TFJSBinding
  require('@tensorflow/tfjs-node-gpu/dist/register_all_kernels')
  replaceKernels()
  const { NodeJSKernelBackend: KernelBackend } = require('@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend') as {
    NodeJSKernelBackend: typeof NodeJSKernelBackend
  }
  tf.registerBackend('tensorflow', () => new KernelBackend(binding, 'gan-studio'), 3)
  await activate('tensorflow')

  // They are for processors: on a graphics card they would fetch its data.
  if (!binding.isUsingGpuDevice()) loadOwnKernels(folder, options.log ?? silent)
  const device = binding.isUsingGpuDevice() ? 'GPU' : `CPU, ${countThreads(availableParallelism())}`
  return {
    id: 'tensorflow',
    label: `TensorFlow ${shortVersion(binding.TF_Version)} (${device})`,
    memoryBytes: residentBytes,
    close: closer('tensorflow'),
  }
}

const countThreads = (n: number): string => `${n} thread${n === 1 ? '' : 's'}`
const shortVersion = (version: string): string => version.split('.').slice(0, 2).join('.')
