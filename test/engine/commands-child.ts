/** Counts the commands of training steps that are recorded on WebGPU, in software where need be; nothing is compiled or computed. Sends the counts, or why WebGPU does not open. */
import { defaultOptions, type TrainingOptions } from '../../src/contract/options.ts'
import { openBackend } from '../../src/engine/backend.ts'
import { asRecorded, stepCommands } from '../../src/engine/step-commands.ts'
import { tf } from '../../src/engine/tf.ts'
import { webgpuBackend } from '../../src/engine/webgpu/binding.ts'
import { disposeFeed, FeedSource } from '../../src/training/feed.ts'
import { newModel } from '../../src/training/model.ts'
import { proposeOptions } from '../../src/training/recipe.ts'
import { ReplayingStepper } from '../../src/training/replaying-stepper.ts'
import { stepBoth } from '../../src/training/step.ts'

export type CommandsMessage = { readonly unavailable: string } | { readonly failed: string } | { readonly counted: readonly (readonly [what: string, recorded: number, expected: number])[] }

const classes = 10
const proposed: TrainingOptions = proposeOptions({
  pictureCount: 50_000, classCounts: new Array<number>(classes).fill(5000), resolution: 32, channels: 3, imagesPerSecondReference: null, budget: { kind: 'minutes', minutes: 10 },
}).options
const cases: Readonly<Record<string, Partial<TrainingOptions>>> = {
  'light, 32 px': {},
  'without spectral norm and augmentation': { augment: 'none', spectralNorm: false, conditional: false },
  'light, 16 px': { resolution: 16, width: 64 },
  'light, 64 px, depth 1': { resolution: 64, depth: 1 },
  'dcgan, 64 px': { network: 'dcgan', resolution: 64 },
  'resnet, 64 px': { network: 'resnet', resolution: 64 },
  'fast, 64 px': { network: 'fast', resolution: 64 },
  'r3, 32 px': { network: 'r3', loss: 'relativistic', penaltyGamma: 1, spectralNorm: false },
  'mlp, 32 px': { network: 'mlp' },
  'attention, 64 px': { attention: true, resolution: 64 },
  'encoder': { encoder: true },
  'every augmentation': { augment: 'colour+translation+cutout', augmentFlip: 0.5, augmentScaling: 0.2, augmentRotation: 20, augmentContrast: 0.3, augmentSaturation: 0.3, augmentNoise: 0.1 },
  'all that is proposed': proposed,
}

let dispatches = 0
/** Commands are counted in place of being run. */
function countOnly(): void {
  const { device, queue } = webgpuBackend()
  const pass = { setPipeline: () => {}, setBindGroup: () => {}, dispatchWorkgroups: () => { dispatches += 1 }, end: () => {} }
  Object.assign(device, {
    createShaderModule: () => ({}), createBindGroup: () => ({}), createComputePipeline: () => ({ getBindGroupLayout: () => ({}) }),
    createCommandEncoder: () => ({ beginComputePass: () => pass, copyBufferToBuffer: () => {}, finish: () => ({}) }),
  })
  Object.assign(queue, { submit: () => {} })
}

async function recorded(options: TrainingOptions): Promise<readonly [recorded: number, expected: number]> {
  const model = newModel(options, options.conditional ? classes : 0, 3)
  const feeds = new FeedSource(model.architecture, options)
  const stepper = new ReplayingStepper(model)
  const rates = { stepG: tf.scalar(1e-3), stepD: tf.scalar(1e-3), average: tf.scalar(0.1), decayG: null, decayD: null, scaleG: null, scaleD: null }
  const { batchSize, resolution } = options
  const labels = Int32Array.from({ length: batchSize }, (_, i) => (options.conditional ? i % classes : -1))
  const feed = feeds.next({ pixels: new Uint8Array(batchSize * resolution ** 2 * 3), labels }, { phase: 'adversarial', gamma: options.penaltyGamma > 0 ? 1 : null, augmentProbability: 1, classShare: 1 })
  await stepper.prepare(stepBoth, feed, rates)
  dispatches = 0
  stepper.run(stepBoth, feed, rates).dispose()
  const counts = [dispatches, stepCommands(model.architecture, options, asRecorded)] as const
  disposeFeed(feed)
  tf.dispose([rates.stepG, rates.stepD, rates.average])
  stepper.dispose()
  model.dispose()
  return counts
}

async function counted(): Promise<CommandsMessage> {
  countOnly()
  const found: (readonly [string, number, number])[] = []
  for (const [what, change] of Object.entries(cases)) found.push([what, ...(await recorded({ ...defaultOptions, resolution: 32, width: 16, batchSize: 16, ...change }))])
  return { counted: found }
}

const message = await openBackend('webgpu', { softwareAdapter: true }).then(
  () => counted().catch((error: unknown): CommandsMessage => ({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) })),
  (error: unknown): CommandsMessage => ({ unavailable: error instanceof Error ? error.message : String(error) }),
)
process.once('disconnect', () => process.exit())
process.send?.(message)
