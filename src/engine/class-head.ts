/** A classifier of one hidden layer on features of a frozen network, as data and run. */
import type { ParameterSpec } from './layout.ts'
import { parameter, type Parameters } from './parameters.ts'
import { tf } from './tf.ts'

export const headHidden = 128

/** @param dimensions length of a picture's features */
export function headParameters(dimensions: number, classes: number): readonly ParameterSpec[] {
  const normal = (fanIn: number) => ({ kind: 'normal', deviation: Math.sqrt(2 / fanIn) }) as const
  return [
    { name: 'hidden.kernel', shape: [dimensions, headHidden], initialiser: normal(dimensions) },
    { name: 'hidden.bias', shape: [headHidden], initialiser: { kind: 'zeros' } },
    { name: 'out.kernel', shape: [headHidden, classes], initialiser: normal(headHidden) },
    { name: 'out.bias', shape: [classes], initialiser: { kind: 'zeros' } },
  ]
}

/** How features of the pictures that the head learned from lie: it reads them with mean 0 and deviation 1. */
const standardParameters = (dimensions: number): readonly ParameterSpec[] => [
  { name: 'features.mean', shape: [dimensions], initialiser: { kind: 'zeros' } },
  { name: 'features.scale', shape: [dimensions], initialiser: { kind: 'ones' } },
]

/** Of a head that is given features as they come. */
export const rawHeadParameters = (dimensions: number, classes: number): readonly ParameterSpec[] => [...standardParameters(dimensions), ...headParameters(dimensions, classes)]

/**
 * @param x [N,dimensions], standardised
 * @param kept [N,headHidden] factors of dropout; null: none
 * @returns [N,classes]
 */
export function headLogits(parameters: Parameters, x: tf.Tensor2D, kept: tf.Tensor2D | null = null): tf.Tensor2D {
  const of = (name: string): tf.Tensor2D => parameter(parameters, name) as tf.Tensor2D
  const y: tf.Tensor2D = tf.relu(tf.add(tf.matMul(x, of('hidden.kernel')), of('hidden.bias')))
  return tf.add(tf.matMul(kept === null ? y : tf.mul(y, kept), of('out.kernel')), of('out.bias'))
}

/** The same of features as they come. */
export const rawHeadLogits = (parameters: Parameters, x: tf.Tensor2D): tf.Tensor2D =>
  headLogits(parameters, tf.mul(tf.sub(x, parameter(parameters, 'features.mean')), parameter(parameters, 'features.scale')))
