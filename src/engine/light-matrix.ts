import { lightShares } from '../base/light.ts'

/** [C,C]: pixels times this are their light alone, as a grey; transparency stays as it is. */
export const lightMatrix = (channels: number): Float32Array =>
  Float32Array.from({ length: channels * channels }, (_, i) => {
    const [from, to] = [Math.floor(i / channels), i % channels]
    return from < 3 && to < 3 ? (lightShares[from] ?? 0) : Number(from === to)
  })
