/** In a graph TensorFlow may calculate otherwise than kernel by kernel; bytes must become the same floats (`conformance.test.ts` asks all engines). */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openBackend, type Backend } from '../../src/engine/backend.ts'
import { buildGraph, feedName, reportName } from '../../src/engine/graph/graph-builder.ts'
import { GraphSession } from '../../src/engine/graph/graph-session.ts'
import { Recorder } from '../../src/engine/graph/recorder.ts'
import { packedBytes, unpacked, type Unpacked } from '../../src/engine/packed-bytes.ts'
import { tf } from '../../src/engine/tf.ts'

let backend: Backend | null = null
beforeAll(async () => {
  backend = await openBackend('tensorflow').catch(() => null)
})
afterAll(() => backend?.close())

/** Many, so that kernels take them in blocks; and a rest of one. */
const bytes = Uint8Array.from({ length: 64 * 256 + 1 }, (_, i) => i)

it.for<readonly [Unpacked, Float32Array]>([
  ['levels', Float32Array.from(bytes, (byte) => byte / 127.5 - 1)],
  ['signs', Float32Array.from([...bytes].flatMap((byte) => [0, 1, 2, 3, 4, 5, 6, 7].map((bit) => ((byte >> bit) & 1 ? 1 : -1))))],
])('makes of every byte in a graph the %s that it is elsewhere', async ([as, expected], context) => {
  if (backend === null) return context.skip()
  const recorder = new Recorder()
  const x = packedBytes(bytes)
  const fed = recorder.input('x', x) as tf.Tensor1D
  const report = recorder.record(() => recorder.valueOf(unpacked(fed, as, [expected.length])))
  const session = new GraphSession(buildGraph([], [{ name: 'bytes', inputs: [{ name: 'x', dtype: 3, shape: x.shape }], state: new Map(), report }]))
  const [found] = session.run([[feedName('bytes', 'x'), x]], [reportName('bytes')])
  expect(await found?.data()).toEqual(expected)
  session.close()
})
