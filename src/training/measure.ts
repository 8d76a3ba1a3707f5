/** Measures engines, one after the other. An engine that fails is a report with the reason. */
import type { EngineId, EngineReport } from '../contract/data.ts'
import type { MeasureJob } from '../contract/engine-jobs.ts'
import type { EngineHost } from '../contract/trainer.ts'
import { openBackend } from '../engine/backend.ts'
import { stepsByOwnKernels } from '../engine/processor.ts'
import { measureReferenceStep } from './reference-step.ts'

export const engineNames: Readonly<Record<EngineId, string>> = {
  tensorflow: 'TensorFlow',
  webgpu: 'WebGPU',
  wasm: 'WebAssembly',
  cpu: 'JavaScript',
}

/** Sends `measured` for each engine named, until told to stop. Never throws for an engine's sake. */
export async function measureEngines(job: MeasureJob, host: EngineHost): Promise<void> {
  for (const id of job.engines) {
    if (host.stopRequested() !== null) return
    const report = await measureEngine(id, host)
    if (host.stopRequested() === null) host.send({ type: 'measured', report })
  }
}

async function measureEngine(id: EngineId, host: EngineHost): Promise<Omit<EngineReport, 'chosen'>> {
  let label = engineNames[id]
  try {
    const backend = await openBackend(id, { stepsByOwnKernels: stepsByOwnKernels('auto') })
    label = backend.label
    try {
      const imagesPerSecond = await measureReferenceStep({ engine: id, goOn: () => host.stopRequested() === null })
      return { id, label, usable: true, reason: null, imagesPerSecond, measuredAt: Date.now() }
    } finally {
      await backend.close()
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { id, label, usable: false, reason, imagesPerSecond: null, measuredAt: null }
  }
}
