/** Any vendor's graphics processor through Dawn (the npm package `webgpu`) and tfjs' WebGPU kernels. */
import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { StudioError } from '../../base/errors.ts'
import { refusal } from '../../contract/failure.ts'
import { message } from '../../contract/messages.ts'
import { tf } from '../tf.ts'
import type { Backend, BackendOptions } from '../backend.ts'
import { registerWebgpuKernels } from '../webgpu/register.ts'
import { activate, closer, residentBytes } from './shared.ts'

const require = createRequire(import.meta.url)

interface WebgpuKernels {
  readonly WebGPUBackend: new (device: GPUDevice, info?: GPUAdapterInfo) => InstanceType<typeof tf.KernelBackend>
}

/** How long a device may take to say why it was lost. */
const lossMs = 1000

/** What the adapter is called, and whether it only simulates a graphics processor. */
export interface Adapter {
  readonly name: string
  readonly software: boolean
}

export async function openWebgpu(options: BackendOptions): Promise<Backend> {
  const { create, globals } = await import('webgpu')
  Object.assign(globalThis, globals)
  const gpu = create([])
  // Where tfjs looks whether there is WebGPU at all.
  Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true })
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
  if (!adapter)
    throw refusal('engine-unavailable', message('engine.noGpu'))

  const { name, software } = describeAdapter(adapter.info)
  if (software && !options.softwareAdapter)
    throw refusal('engine-unavailable', message('engine.softwareGpu', { adapter: name }))

  const device = await requestDevice(adapter)
  const { WebGPUBackend } = require('@tensorflow/tfjs-backend-webgpu') as WebgpuKernels
  // tfjs registers one of its own as it is loaded the first time, over another device.
  if (tf.findBackendFactory('webgpu') !== null) tf.removeBackend('webgpu')
  tf.registerBackend('webgpu', () => tellingLoss(new WebGPUBackend(device, adapter.info), device), 3)
  registerWebgpuKernels()
  await activate('webgpu')
  return {
    id: 'webgpu',
    label: `WebGPU (${name})`,
    memoryBytes: () => residentBytes() + gpuBytes(),
    close: closer('webgpu', () => device.destroy()),
  }
}

/** A lost device is noticed where something is read from it, as an error without words. */
function tellingLoss<B extends InstanceType<typeof tf.KernelBackend>>(backend: B, device: GPUDevice): B {
  const read = backend.read.bind(backend)
  backend.read = (dataId) => read(dataId).catch(async (error: unknown) => {
    const lost = await Promise.race([device.lost, sleep(lossMs, null, { ref: false })])
    if (lost === null) throw error
    const said = lost.message.trim().replace(/\.$/, '')
    throw new StudioError('engine-failed', `The graphics processor was lost${said === '' ? '' : ` (${said})`}: its driver was reset, or another program took it`, { cause: error })
  })
  return backend
}

export function describeAdapter(info: GPUAdapterInfo): Adapter {
  const name = info.description || info.device || [info.vendor, info.architecture].filter(Boolean).join(' ') || 'unknown adapter'
  return { name, software: /swiftshader|llvmpipe|lavapipe|basic render/i.test(`${name} ${info.architecture} ${info.device}`) }
}

/** The largest buffers and workgroups that the adapter has, as tfjs' shaders assume. */
async function requestDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const { limits } = adapter
  return adapter.requestDevice({
    requiredLimits: {
      maxBufferSize: limits.maxBufferSize,
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
      maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
    },
  })
}

function gpuBytes(): number {
  const memory: object = tf.memory()
  return 'numBytesInGPU' in memory ? Number(memory.numBytesInGPU) : 0
}
