/**
 * Ways to move through a generator's latent space that change its pictures much, and alike from
 * wherever one starts. By Stein's lemma E[z G(z)ᵀ] = E[∂G/∂z]: the covariance of latents and
 * pictures is the mean Jacobian, and its left singular vectors are the moves whose mean effect is
 * largest. That is GANSpace (Härkönen et al. 2020) with the regression on latents and the analysis
 * of what they make in one step; `test/bench/directions.ts` compares it with SeFa (Shen & Zhou
 * 2021), which reads the first layer's weights alone.
 */
import { Rng } from '../base/rng.ts'
import { pixelsOf, type Size } from '../contract/data.ts'
import type { LatentDirection } from '../contract/explorer.ts'
import { mixOf } from '../contract/latents.ts'
import type { Architecture } from '../engine/architecture.ts'
import { partsOf } from '../engine/layout.ts'
import { generateBatch, type PictureMaker } from './pictures.ts'
import { principalAxes } from './principal.ts'

const mostDirections = 10
const mostClassDirections = 4
const batches = 16
/** Weights of classes move by so much a unit, so that the same reach suits both kinds of direction. */
const classStep = 0.25
/** Pictures are compared with at most this longer side: finer detail is noise here. */
const comparedSide = 16

/** @param average the flat vector of the averaged generator */
export async function directionsOf(architecture: Architecture, average: Float32Array, maker: PictureMaker): Promise<LatentDirection[]> {
  const { latentSize, classes } = architecture
  const pictures = principalAxes(await effects(architecture, maker), latentSize, mostDirections)
    .map(({ vector, share }): LatentDirection => ({ of: 'pictures', latent: [...vector], mix: mixOf(null, classes), share }))
  return [...pictures, ...classDirections(architecture, average)]
}

/** CCᵀ of C = E[z x(z)ᵀ], latentSize × latentSize, with x the pictures made small. */
async function effects({ latentSize, classes, height, width, channels }: Architecture, maker: PictureMaker): Promise<Float64Array> {
  const rng = Rng.fromSeed(0, 'directions')
  const step = Math.max(1, Math.max(height, width) / comparedSide)
  const small: Size = { height: height / step, width: width / step }
  const columns = pixelsOf(small) * channels
  const covariance = new Float64Array(latentSize * columns)
  for (let batch = 0; batch < batches; batch++) {
    // Each latent and its opposite: what does not depend on its sign cancels, such as the mean picture.
    const half = Array.from({ length: generateBatch / 2 }, () => [...rng.fillNormal(new Float32Array(latentSize))])
    const mixes = half.map((_, i) => mixOf(classes === 0 ? null : (batch * half.length + i) % classes, classes))
    const points = [1, -1].flatMap((sign) => half.map((latent, i) => ({ latent: latent.map((value) => sign * value), mix: mixes[i] ?? [], style: null })))
    const pixels = await maker.draw(points, 1)
    points.forEach(({ latent }, i) => {
      const cells = shrunk(pixels.subarray((i * pixels.length) / points.length, ((i + 1) * pixels.length) / points.length), { small, step, channels })
      latent.forEach((value, row) => {
        for (let column = 0; column < columns; column++) covariance[row * columns + column] = (covariance[row * columns + column] ?? 0) + value * (cells[column] ?? 0)
      })
    })
  }
  return gram(covariance, latentSize, columns)
}

/** The mean of each step × step cell. */
function shrunk(pixels: Uint8Array, { small, step, channels }: { readonly small: Size; readonly step: number; readonly channels: number }): Float64Array {
  const cells = new Float64Array(pixelsOf(small) * channels)
  const width = small.width * step
  const share = 1 / (step * step)
  for (let i = 0; i < pixels.length; i++) {
    const pixel = Math.floor(i / channels)
    const [x, y] = [pixel % width, Math.floor(pixel / width)]
    const cell = (Math.floor(y / step) * small.width + Math.floor(x / step)) * channels + (i % channels)
    cells[cell] = (cells[cell] ?? 0) + share * (pixels[i] ?? 0)
  }
  return cells
}

/**
 * Along the principal components of the class embeddings, as weights of the classes that add up
 * to nothing: a step leaves the mean class towards some classes and away from others.
 */
function classDirections({ latentSize, classes, embeddingSize, layoutG }: Architecture, average: Float32Array): LatentDirection[] {
  const embedding = partsOf(layoutG, average).get('G.embedding')
  if (embedding === undefined || classes < 3) return []
  const centred = Float64Array.from(embedding)
  for (let column = 0; column < embeddingSize; column++) {
    let mean = 0
    for (let row = 0; row < classes; row++) mean += (embedding[row * embeddingSize + column] ?? 0) / classes
    for (let row = 0; row < classes; row++) centred[row * embeddingSize + column] = (embedding[row * embeddingSize + column] ?? 0) - mean
  }
  return principalAxes(gram(centred, classes, embeddingSize), classes, mostClassDirections)
    .map(({ vector, share }): LatentDirection => ({ of: 'classes', latent: new Array<number>(latentSize).fill(0), mix: [...vector].map((weight) => classStep * weight), share }))
}

/** AAᵀ of A, rows × columns. */
function gram(a: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(rows * rows)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0
      for (let k = 0; k < columns; k++) sum += (a[i * columns + k] ?? 0) * (a[j * columns + k] ?? 0)
      out[i * rows + j] = out[j * rows + i] = sum
    }
  return out
}
