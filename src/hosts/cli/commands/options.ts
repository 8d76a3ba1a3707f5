/** `gan-studio options`: the table of training options, as docs/training-options.md has it. */
import { StudioError } from '../../../base/errors.ts'
import { optionGroups, optionGroupWords, optionKeys, optionSpec, type OptionKey, type OptionSpec } from '../../../contract/options.ts'
import { optionDefault, optionValues } from '../option-text.ts'
import { createOutput, table } from '../output.ts'
import type { GlobalOptions } from '../program.ts'

/** Without a studio: the table is the same everywhere. @param name of an option or of a group, however it is written; absent: all */
export function listOptions({ json = false }: GlobalOptions, name: string | undefined): void {
  const output = createOutput({ json, streams: { out: process.stdout, err: process.stderr } })
  const keys = name === undefined ? optionKeys : named(name)
  for (const key of keys) output.item(told(key), null)
  output.result({ id: null, count: keys.length }, name === undefined ? overview() : keys.map(description).join('\n\n'))
}

const overview = (): string => [
  ...optionGroups.map((group) => {
    const rows = optionKeys.filter((key) => optionSpec(key).group === group).map((key) => [key, optionValues(optionSpec(key)), optionDefault(optionSpec(key)), optionSpec(key).label.en])
    return `${optionGroupWords[group].en}\n\n${table(['Option', 'Values', 'Without it', 'What it is'], rows)}`
  }),
  'What is not set is proposed from the pictures, the engine and the time given: gan-studio train DATASET --dry-run prints it.\nWhat an option or a group does: gan-studio options NAME',
].join('\n\n')

function description(key: OptionKey): string {
  const spec = optionSpec(key)
  const labels = spec.type === 'choice' ? Object.entries(spec.choiceLabels ?? {}).map(([choice, { en }]) => `  ${choice}: ${en}`) : []
  return [`${key}: ${spec.label.en}. ${spec.help.en}`, `  Values: ${optionValues(spec)}. Without it: ${optionDefault(spec)}.`, ...labels].join('\n')
}

const told = (key: OptionKey): Readonly<Record<string, unknown>> => {
  const { type: kind, label, help, ...spec }: OptionSpec = optionSpec(key)
  return { type: 'option', key, kind, ...spec, label: label.en, help: help.en }
}

/** As people write it: batch-size is batchSize. */
const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** @throws StudioError `bad-input` with the names that have it in them, else all */
function named(name: string): readonly OptionKey[] {
  const wanted = bare(name)
  const key = optionKeys.find((one) => bare(one) === wanted)
  if (key !== undefined) return [key]
  const group = optionGroups.find((one) => wanted === bare(one) || wanted === bare(optionGroupWords[one].en))
  if (group !== undefined) return optionKeys.filter((one) => optionSpec(one).group === group)
  const alike = optionKeys.filter((one) => wanted !== '' && (bare(one).includes(wanted) || bare(optionSpec(one).label.en).includes(wanted)))
  throw new StudioError('bad-input', `There is no training option or group "${name}". ${alike.length > 0 ? `Did you mean ${alike.join(', ')}?` : `Groups: ${optionGroups.map((one) => optionGroupWords[one].en).join(', ')}. All options: gan-studio options`}`)
}
