/** What follows for a run from enlarging pictures instead of making new ones. */
import { StudioError } from '../base/errors.ts'
import type { Run, RunRequest } from '../contract/data.ts'
import type { TrainingOptions } from '../contract/options.ts'

export const isEnlarger = ({ options }: Pick<Run, 'options'>): boolean => options.enlarge > 1

/** It sees a small picture and nothing else, and one that is the same gives the same. */
const fixed = { conditional: false, output: 'continuous', channels: 'rgb', encoder: false, energy: 0, featureEnergy: 0 } as const satisfies Partial<TrainingOptions>

/** The request with all that enlarging settles; as it is where it does not enlarge. @throws `bad-input` where something else is asked for */
export function settled(request: RunRequest): RunRequest {
  const { set = {}, teachers = [] } = request
  if (set.enlarge === undefined || set.enlarge === 1) return request
  if (teachers.length > 0) throw new StudioError('bad-input', 'Teachers: an enlarger learns from pictures alone. Leave the teachers out, or enlarge out.')
  for (const [key, value] of Object.entries(fixed)) {
    const asked = set[key as keyof typeof fixed]
    if (asked !== undefined && asked !== value) throw new StudioError('bad-input', `Option ${key}: a run that enlarges has ${String(value)}, found ${String(asked)}. Leave the option out, or enlarge.`)
  }
  return { ...request, set: { ...set, ...fixed } }
}

/** @param doing completes "there is nothing of it to …" */
export function refuseEnlarger(run: Pick<Run, 'name' | 'options'>, doing: string): void {
  if (isEnlarger(run)) throw new StudioError('unsupported', `The run "${run.name}" makes small pictures large and none from nothing, so there is nothing of it to ${doing}. Give it pictures to enlarge, or choose another run.`)
}
