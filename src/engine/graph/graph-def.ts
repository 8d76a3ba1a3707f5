/**
 * TensorFlow's graph as its protocol buffers (graph.proto, node_def.proto, attr_value.proto,
 * tensor.proto, saved_model.proto): only the parts that a recorded step needs.
 */
import { bytesField, entryField, floatField, integerField, messageField, packedIntegersField, textField, type Field } from './protobuf.ts'

/** TensorFlow's numbers of its data types. */
export const dataType = { float: 1, int32: 3, uint8: 4, bool: 10, bfloat16: 14, resource: 20 } as const

export type AttributeValue =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'integers'; readonly value: readonly number[] }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'switch'; readonly value: boolean }
  | { readonly kind: 'type'; readonly value: number }
  /** null: of a tensor that may have any. */
  | { readonly kind: 'shape'; readonly value: readonly number[] | null }
  | { readonly kind: 'tensor'; readonly dtype: number; readonly shape: readonly number[]; readonly content: Uint8Array }

export interface GraphNode {
  readonly name: string
  readonly op: string
  /** `node`, `node:2` (an output by number) or `^node` (only run before). */
  readonly inputs: readonly string[]
  readonly attributes: Readonly<Record<string, AttributeValue>>
}

const shapeFields = (shape: readonly number[]): Field[] => shape.map((side) => messageField(2, integerField(1, side)))

function attributeField(attribute: AttributeValue): Field {
  switch (attribute.kind) {
    case 'text':
      return textField(2, attribute.value)
    case 'integer':
      return integerField(3, attribute.value)
    case 'integers':
      return messageField(1, packedIntegersField(3, attribute.value))
    case 'float':
      return floatField(4, attribute.value)
    case 'switch':
      return integerField(5, attribute.value ? 1 : 0)
    case 'type':
      return integerField(6, attribute.value)
    case 'shape':
      return messageField(7, ...(attribute.value === null ? [integerField(3, 1)] : shapeFields(attribute.value)))
    case 'tensor':
      return messageField(8, integerField(1, attribute.dtype), messageField(2, ...shapeFields(attribute.shape)), bytesField(4, attribute.content))
  }
}

const nodeField = ({ name, op, inputs, attributes }: GraphNode): Field =>
  messageField(1, textField(1, name), textField(2, op), ...inputs.map((input) => textField(3, input)),
    ...Object.entries(attributes).map(([key, value]) => entryField(5, key, attributeField(value))))

/** Graphs of this version may use every operation of TensorFlow 2.x. */
const graphVersion = 1087
export const savedModelTag = 'serve'

/** The bytes of `saved_model.pb`. */
export function encodeSavedModel(nodes: readonly GraphNode[]): Uint8Array[] {
  const graph = messageField(2, ...nodes.map(nodeField), messageField(4, integerField(1, graphVersion)))
  const about = messageField(1, textField(4, savedModelTag))
  return [...integerField(1, 1), ...messageField(2, about, graph)]
}
