/** What libvips and its libraries say of a picture that they cannot read, as a message of ours with theirs as its detail. */
import { message, type Message, type MessageKey } from '../contract/messages.ts'

/** The first that fits: a header may be cut off, and XML may end too early. */
const kinds: readonly (readonly [pattern: RegExp, how: MessageKey])[] = [
  [/premature|bad seek|unexpected end|not enough data|end of (source|file|data)|truncated/i, 'damage.end'],
  [/XML parse error|XML does not/i, 'damage.xml'],
  [/security limit|exceeds|too (large|big|many)|out of memory|alloc/i, 'damage.limits'],
  [/corrupt header|bogus|bad dimensions|no frames|unable to parse|not a known file/i, 'damage.header'],
  [/read error|corrupt|decod|huffman|frame data|unable to read|code|invalid|incorrect|was not defined/i, 'damage.data'],
]
/** Whole pictures in a form that the decoder was built without. */
const variant = /(compression|codec|feature|data precision|JPEG process|colou?r ?space|chroma|profile|depth|photometric)[^:]*(not (supported|configured|implemented)|unsupported)|unsupported (compression|codec|feature|JPEG data precision|JPEG process|colou?r|chroma|profile|bit|sample|photometric)|arithmetic/i

export function damageOf(text: string): Message {
  const said = (text.split('\n').find((line) => line.trim() !== '') ?? '').replace(/[:.\s]+$/, '')
  // libvips has one text for all threads: it may have lost this one's.
  if (said === '' || /unknown error/i.test(said)) return message('problem.damaged')
  if (variant.test(said)) return message('problem.variant', { said })
  const how = kinds.find(([pattern]) => pattern.test(said))?.[1]
  return how === undefined ? message('problem.damaged', { said }) : message('problem.damagedHow', { how: message(how), said })
}
