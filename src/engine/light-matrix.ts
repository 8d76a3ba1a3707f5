/** Light of red, green and blue (ITU-R BT.601). */
const light = [0.299, 0.587, 0.114] as const

/** [C,C]: pixels times this are their light alone, as a grey; transparency stays as it is. */
export const lightMatrix = (channels: number): Float32Array =>
  Float32Array.from({ length: channels * channels }, (_, i) => {
    const [from, to] = [Math.floor(i / channels), i % channels]
    return from < 3 && to < 3 ? (light[from] ?? 0) : Number(from === to)
  })
