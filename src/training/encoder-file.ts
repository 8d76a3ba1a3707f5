/** An encoder trained after its run, in a file of its own beside the checkpoint that it reads: that one stays as it is. */
import { mkdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { StudioError, systemCode } from '../base/errors.ts'
import { fromSystemError } from '../contract/failure.ts'
import { message } from '../contract/messages.ts'
import { partsOf, sizeOf } from '../engine/layout.ts'
import type { Architecture } from '../engine/architecture.ts'
import { decodeSafetensors, encodeSafetensors } from '../engine/safetensors.ts'
import { writeAtomically } from './atomic-file.ts'
import { architectureOfHead, isFiniteVector, type Checkpoint, type CheckpointHead } from './checkpoint.ts'

const format = 'gan-studio-encoder'

/** `checkpoints/X` has its encoder in `encoders/X`. */
export const encodersFolder = 'encoders'
export const encoderFile = (checkpointFile: string): string => join(dirname(dirname(checkpointFile)), encodersFolder, basename(checkpointFile))

/** The networks of a checkpoint with an encoder added. */
export const withEncoder = (head: Omit<CheckpointHead, 'counters'>): Architecture => architectureOfHead({ ...head, options: { ...head.options, encoder: true } })

export async function writeEncoder(checkpointFile: string, { layoutE }: Architecture, values: Float32Array): Promise<void> {
  if (!isFiniteVector(values)) throw new StudioError('diverged', 'The encoder holds values that are not finite, and was not kept. Train it again.')
  const path = encoderFile(checkpointFile)
  const parts = partsOf(layoutE, values)
  const tensors = layoutE.specs.map(({ name, shape }) => [name, { shape, data: parts.get(name) as Float32Array }] as const)
  await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => {
    throw fromSystemError(error, message('doing.keepEncoder'))
  })
  await writeAtomically(path, encodeSafetensors(tensors, { format }))
}

/**
 * The networks and values of a checkpoint with its encoder, its own or one trained later; as they are where there is none.
 * @throws `corrupt` where the encoder's file is damaged
 */
export async function readWithEncoder(checkpoint: Checkpoint, checkpointFile: string): Promise<{ readonly architecture: Architecture; readonly values: Checkpoint['values'] }> {
  const own = { architecture: architectureOfHead(checkpoint), values: checkpoint.values }
  if (own.architecture.encoder !== null) return own
  const path = encoderFile(checkpointFile)
  const bytes = await readFile(path).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return null
    throw fromSystemError(error, message('doing.readEncoder'))
  })
  if (bytes === null) return own
  const architecture = withEncoder(checkpoint)
  const { metadata, tensors } = decodeSafetensors(bytes, basename(path))
  const E = new Float32Array(architecture.layoutE.total)
  const parts = partsOf(architecture.layoutE, E)
  for (const { name, shape, later } of architecture.layoutE.specs) {
    const data = tensors.get(name)?.data
    if (data === undefined && later === true) continue
    if (metadata['format'] !== format || !(data instanceof Float32Array) || data.length !== sizeOf(shape) || !isFiniteVector(data))
      throw new StudioError('corrupt', `The encoder ${basename(path)} cannot be used: "${name}" is damaged or missing. Train the encoder again.`)
    parts.get(name)?.set(data)
  }
  return { architecture, values: { ...checkpoint.values, E } }
}

/** The checkpoint as if its encoder, its own or one trained later, had been trained with it; as it is where there is none. */
export async function checkpointWithEncoder(checkpoint: Checkpoint, checkpointFile: string): Promise<Checkpoint> {
  const { architecture, values } = await readWithEncoder(checkpoint, checkpointFile)
  return architecture.encoder === null ? checkpoint : { ...checkpoint, options: { ...checkpoint.options, encoder: true }, values }
}
