/** Teachers: who teaches which class, and a student that comes closer to them than it would alone. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TrainingOptions } from '../../src/contract/options.ts'
import { architectureOf } from '../../src/engine/architecture.ts'
import type { Backend } from '../../src/engine/backend.ts'
import { generate } from '../../src/engine/networks.ts'
import { named, split } from '../../src/engine/parameters.ts'
import { tf } from '../../src/engine/tf.ts'
import { freshCounters, freshWatch, readCheckpoint, writeCheckpoint, type Checkpoint } from '../../src/training/checkpoint.ts'
import { oneHot } from '../../src/training/feed.ts'
import { freshValues } from '../../src/training/model-values.ts'
import { Teachers } from '../../src/training/teachers.ts'
import { train } from '../../src/training/train.ts'
import { openTestBackend, packedSet, smallOptions, temporaryFolder, TestHost, trainJob } from './helpers.ts'

let backend: Backend
beforeAll(async () => { backend = await openTestBackend() })
afterAll(async () => backend.close())

async function teacherFile(folder: string, change: Partial<TrainingOptions>, classNames: readonly string[], seed: number): Promise<string> {
  const options: TrainingOptions = { ...smallOptions, ...change }
  const file = join(folder, `teacher${seed}.safetensors`)
  await writeCheckpoint(file, {
    options, classNames, channels: 3, palette: null, counters: freshCounters, watch: freshWatch, streams: {} as Checkpoint['streams'],
    values: freshValues(architectureOf(options, classNames.length, 3), seed),
  })
  return file
}

it('routes each class to the teachers that know it, of any network, size and latent', async () => {
  const folder = await temporaryFolder()
  const first = await teacherFile(folder.path, { width: 16 }, ['red', 'green'], 1)
  const second = await teacherFile(folder.path, { network: 'dcgan', latentSize: 8, resolution: 32 }, ['blue', 'red'], 2)
  const classNames = ['blue', 'green', 'grey', 'red']
  const student = architectureOf(smallOptions, 4, 3)
  const teachers = await Teachers.open([first, second], student, classNames)
  const z = tf.randomNormal([4, 16]) as tf.Tensor2D
  const { pictures, known } = teachers.teach(z, [0, 1, 2, 3], student)
  expect(pictures.shape).toEqual([4, 16, 16, 3])
  expect([...known.dataSync()]).toEqual([1, 1, 0, 1])
  const { values } = await readCheckpoint(first)
  const architecture = architectureOf({ ...smallOptions, width: 16 }, 2, 3)
  const own = generate(architecture, named(architecture.layoutG, split(architecture.layoutG, tf.tensor1d(values.average))), z, oneHot([-1, 1, -1, 0], 2))
  const green = tf.slice(tf.sub(own, pictures), 1, 1)
  expect(Math.abs(Number(tf.max(tf.abs(green)).dataSync()[0]))).toBeLessThan(1e-4)
  // Nobody knows grey.
  expect(Math.abs(Number(tf.max(tf.abs(tf.slice(pictures, 2, 1))).dataSync()[0]))).toBe(0)
  teachers.dispose()
  await expect(Teachers.open([first], architectureOf({ ...smallOptions, latentSize: 8 }, 4, 3), classNames)).rejects.toThrow('at least 16')
  await expect(Teachers.open([first], architectureOf({ ...smallOptions, aspect: '2:1' }, 4, 3), classNames)).rejects.toThrow('A teacher makes pictures of 16 px and the student of 16 × 8 px.')
  await folder.remove()
})

it('brings a student closer to its teacher, also after it was stopped and went on', async () => {
  const folder = await temporaryFolder()
  const classNames = ['red', 'green']
  const teacher = await teacherFile(folder.path, { width: 16 }, classNames, 3)
  const data = await packedSet(folder.path)
  const options: TrainingOptions = { ...smallOptions, batchSize: 8, learningRateG: 2e-3 }
  const distance = async (file: string): Promise<number> => {
    const checkpoint = await readCheckpoint(file)
    const architecture = architectureOf(options, 2, 3)
    const teachers = await Teachers.open([teacher], architecture, classNames)
    const z = tf.randomNormal([32, 16], 0, 1, 'float32', 5) as tf.Tensor2D
    const labels = Array.from({ length: 32 }, (_, i) => i % 2)
    const own = generate(architecture, named(architecture.layoutG, split(architecture.layoutG, tf.tensor1d(checkpoint.values.G))), z, oneHot(labels, 2))
    const [found = NaN] = tf.mean(tf.abs(tf.sub(own, teachers.teach(z, labels, architecture).pictures))).dataSync()
    teachers.dispose()
    return found
  }
  const run = async (name: string, teachers: readonly string[], totalImages: number, resumeFrom: string | null): Promise<string> => {
    const host = new TestHost()
    await train({ ...trainJob(join(folder.path, name), data, { engine: backend.id, options, totalImages, resumeFrom }), teachers }, host, backend)
    return host.lastCheckpoint
  }
  const alone = await distance(await run('alone', [], 1600, null))
  const early = await run('taught', [teacher], 800, null)
  const taught = await distance(await run('taught', [teacher], 1600, early))
  expect(taught).toBeLessThan(0.8 * alone)
  await folder.remove()
})
