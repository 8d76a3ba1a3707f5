/** The layers of a network that others trained as operations, with its weights as parameters. */
import { StudioError } from '../../base/errors.ts'
import type { FrozenConvolution, FrozenLayer, FrozenLayers } from '../pretrained/frozen-layers.ts'
import type { HostTensor } from '../safetensors.ts'
import type { Builder } from './builder.ts'
import type { Value } from './operations.ts'

/** By name: what `lowerFrozen` reads. */
export function frozenTensors({ layers }: FrozenLayers, prefix: string): ReadonlyMap<string, HostTensor> {
  return new Map(layers.flatMap(({ name, operation }): [string, HostTensor][] => (operation.kind !== 'convolution' ? [] : [
    [`${prefix}.${name}.kernel`, { shape: operation.kernel.shape, data: operation.kernel.values }],
    [`${prefix}.${name}.bias`, { shape: [operation.bias.length], data: operation.bias }],
  ])))
}

/**
 * @param x [N,H,W,3] in [0,1], sides that the strides divide
 * @returns the last layer's output, [N,h,w,C]
 * @throws `unsupported` for layers that have no operation
 */
export function lowerFrozen(b: Builder, { input, layers }: FrozenLayers, prefix: string, x: Value): Value {
  const outputs = new Map([[input, x]])
  for (const layer of layers) {
    b.scope = `${prefix}/${layer.name}/`
    outputs.set(layer.name, lowered(b, layer, prefix, layer.inputs.map((name) => outputs.get(name) ?? x)))
  }
  return outputs.get(layers.at(-1)?.name ?? input) ?? x
}

function lowered(b: Builder, { name, operation }: FrozenLayer, prefix: string, [x, ...others]: readonly Value[]): Value {
  if (x === undefined) throw noOperation(name)
  switch (operation.kind) {
    case 'convolution': {
      if (!keepsSides(operation)) throw noOperation(name)
      const [kernel, bias] = [b.parameter(`${prefix}.${name}.kernel`), b.parameter(`${prefix}.${name}.bias`)]
      const stride = operation.strides[0] === 2 ? 2 : 1
      const y = b.binary('add', operation.depthwise ? b.depthwise(x, kernel, stride) : b.convolution(x, kernel, stride, false), bias)
      return operation.activation === 'none' ? y : b.unary(operation.activation, y)
    }
    case 'add':
      return others.reduce((sum, other) => b.binary('add', sum, other), x)
    case 'concat':
      return b.concat(x, ...others)
    case 'pool':
      throw noOperation(name)
  }
}

/** Whether its sides are those of its input divided by the stride, with the zeros as "same" has them where the stride divides. */
function keepsSides({ kernel: { shape: [taps = 0, wide = 0] }, strides: [down, across], pad, zeros }: FrozenConvolution): boolean {
  if (taps !== wide || down !== across || down > 2) return false
  if (zeros === null) return pad === 'same' || (taps === 1 && down === 1)
  const added = taps - down
  return pad === 'valid' && zeros.every(([before, after]) => before === Math.floor(added / 2) && after === Math.ceil(added / 2))
}

const noOperation = (name: string): StudioError => new StudioError('unsupported', `The layer ${name} has no operation that other programs are given.`)
