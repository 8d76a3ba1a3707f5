/** Training options in words, for the command line and its documentation. */
import type { OptionSpec } from '../../contract/option-spec.ts'

export function optionValues(spec: OptionSpec): string {
  if (spec.type === 'switch') return 'on, off'
  if (spec.type === 'choice') return spec.choices.join(', ')
  if (spec.type === 'rates') return 'block=0 … 10, with spaces between'
  return `${spec.min} … ${spec.max}${spec.unit === undefined ? '' : ` ${spec.unit}`}`
}

export const optionDefault = ({ default: value }: OptionSpec): string => (typeof value === 'boolean' ? (value ? 'on' : 'off') : value === '' ? 'none' : String(value))
