/** What follows for a run from being given pictures, to enlarge or to translate, instead of making new ones. */
import { StudioError } from '../base/errors.ts'
import type { Run, RunRequest } from '../contract/data.ts'
import { refusal } from '../contract/failure.ts'
import { message, type MessageKey } from '../contract/messages.ts'
import type { TrainingOptions } from '../contract/options.ts'
import { taskOf } from '../contract/tasks.ts'

/** Whether a run starts from pictures that it is given rather than from latents. */
export const isGivenPictures = ({ options }: Pick<Run, 'options'>): boolean => taskOf(options) !== 'generate'

/** It sees a picture (and a class to become) and nothing else, and one that is the same gives the same. */
const given = { output: 'continuous', channels: 'rgb', encoder: false, energy: 0, featureEnergy: 0 } as const satisfies Partial<TrainingOptions>
const fixed = {
  enlarge: { ...given, conditional: false },
  /** Which class to become is all that it is told. */
  translate: { ...given, conditional: true, transition: 0, enlarge: 1 },
} as const satisfies Record<string, Partial<TrainingOptions>>
const words = { enlarge: ['an enlarger', 'enlarge', 'enlarges'], translate: ['a translator', 'translate', 'translates'] } as const

/** The request with all that its task settles; as it is where it makes new pictures. @throws `bad-input` where something else is asked for */
export function settled(request: RunRequest): RunRequest {
  const { set = {}, teachers = [] } = request
  const task = taskOf({ enlarge: set.enlarge ?? 1, translate: set.translate ?? false })
  if (task === 'generate') return request
  const [one, option, does] = words[task]
  if (teachers.length > 0) throw new StudioError('bad-input', `Teachers: ${one} learns from pictures alone. Leave the teachers out, or the option ${option}.`)
  for (const [key, value] of Object.entries(fixed[task])) {
    const asked = set[key as keyof typeof set]
    if (asked !== undefined && asked !== value) throw new StudioError('bad-input', `Option ${key}: a run that ${does} has ${String(value)}, found ${String(asked)}. Leave this option out, or the option ${option}.`)
  }
  return { ...request, set: { ...set, ...fixed[task] } }
}

type UseIn<K> = K extends `use.${infer Use}` ? Use : never
/** What a checkpoint is wanted for. */
export type CheckpointUse = UseIn<MessageKey>

/** @param use completes "there is nothing of it to …" */
export function refuseGiven(run: Pick<Run, 'name' | 'options'>, use: CheckpointUse): void {
  switch (taskOf(run.options)) {
    case 'enlarge':
      throw refusal('unsupported', message('refused.enlargerUse', { run: run.name, use: message(`use.${use}`) }))
    case 'translate':
      throw refusal('unsupported', message('refused.translatorUse', { run: run.name, use: message(`use.${use}`) }))
    case 'generate':
  }
}
