/**
 * Generators that teach another (knowledge distillation, Hinton et al. 2015; for conditional GANs
 * Li et al. 2020): from the student's own latent and class each makes the picture that the student's should become.
 * A class is taught by the teachers that know it, in turn; a class that none knows is learned from real
 * pictures alone. A teacher with a shorter latent reads the beginning of the student's.
 */
import { StudioError } from '../base/errors.ts'
import { sizeText } from '../contract/data.ts'
import type { Architecture } from '../engine/architecture.ts'
import { meanPool, upsample } from '../engine/convolution.ts'
import { generate } from '../engine/networks.ts'
import { named, split } from '../engine/parameters.ts'
import { tf } from '../engine/tf.ts'
import { architectureOfHead, readCheckpoint } from './checkpoint.ts'
import { oneHot } from './feed.ts'
import type { Taught } from './step-feed.ts'

interface Teacher {
  readonly architecture: Architecture
  readonly weights: readonly tf.Tensor[]
  readonly statistics: readonly tf.Tensor[]
  /** Its class for each of the student's; -1: unknown to it. */
  readonly classOf: readonly number[]
}

export class Teachers {
  readonly #teachers: readonly Teacher[]

  private constructor(teachers: readonly Teacher[]) {
    this.#teachers = teachers
  }

  /** @throws `bad-input` where a teacher's pictures or latents are none that the student could have */
  static async open(files: readonly string[], student: Architecture, classNames: readonly string[]): Promise<Teachers> {
    const teachers: Teacher[] = []
    for (const file of files) {
      const checkpoint = await readCheckpoint(file)
      const architecture = architectureOfHead(checkpoint)
      if (architecture.height * student.width !== architecture.width * student.height) throw new StudioError('bad-input', `A teacher makes pictures of ${sizeText(architecture)} and the student of ${sizeText(student)}. Choose teachers whose pictures have the same aspect.`)
      if (architecture.channels !== student.channels) throw new StudioError('bad-input', `A teacher makes pictures of ${architecture.channels} channels and the student of ${student.channels}. Choose teachers of the same kind of pictures.`)
      if (architecture.latentSize > student.latentSize) throw new StudioError('bad-input', `A teacher's latent has ${architecture.latentSize} numbers, more than the student's ${student.latentSize}. Set latentSize to at least ${architecture.latentSize}.`)
      const ofFlat = (layout: Architecture['layoutG'], values: Float32Array): tf.Tensor[] => {
        const flat = tf.tensor1d(values)
        const views = layout.total === 0 ? [] : split(layout, flat)
        flat.dispose()
        return views
      }
      teachers.push({
        architecture,
        weights: ofFlat(architecture.layoutG, checkpoint.values.average),
        statistics: ofFlat(architecture.layoutStatistics, checkpoint.values.statistics),
        classOf: architecture.classes === 0 ? [] : classNames.map((name) => checkpoint.classNames.indexOf(name)),
      })
    }
    return new Teachers(teachers)
  }

  /** What the latents z [N,latentSize] of classes `labels` should become; the caller disposes it. */
  teach(z: tf.Tensor2D, labels: ArrayLike<number>, { width }: Architecture): Taught {
    const knowing = Array.from({ length: z.shape[0] }, (_, i) => {
      const able = this.#teachers.flatMap((teacher, t) => (knows(teacher, labels[i] ?? -1) ? [t] : []))
      return able.length === 0 ? -1 : (able[i % able.length] ?? -1)
    })
    return tf.tidy(() => {
      const shares = this.#teachers.map((teacher, t) => {
        const { architecture, weights, statistics, classOf } = teacher
        const label = architecture.classes === 0 ? null : oneHot(Array.from(labels, (one) => classOf[one] ?? -1), architecture.classes)
        const pictures = generate(architecture, named(architecture.layoutG, weights), tf.slice2d(z, [0, 0], [z.shape[0], architecture.latentSize]), label, { statistics: named(architecture.layoutStatistics, statistics) })
        const mine = tf.tensor4d(knowing.map((one) => (one === t ? 1 : 0)), [knowing.length, 1, 1, 1])
        return tf.mul(atWidth(pictures, width), mine)
      })
      return { pictures: tf.addN(shares) as tf.Tensor4D, known: tf.tensor1d(knowing.map((one) => (one < 0 ? 0 : 1))) }
    })
  }

  dispose(): void {
    for (const { weights, statistics } of this.#teachers) tf.dispose([...weights, ...statistics])
  }
}

/** One without classes teaches pictures of any. */
const knows = ({ architecture, classOf }: Teacher, label: number): boolean => architecture.classes === 0 || (classOf[label] ?? -1) >= 0

function atWidth(pictures: tf.Tensor4D, width: number): tf.Tensor4D {
  let x = pictures
  while (x.shape[2] > width) x = meanPool(x)
  while (x.shape[2] < width) x = upsample(x)
  return x
}
