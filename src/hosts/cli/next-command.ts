/** What a person can do with a run that has learned. */
import type { Run } from '../../contract/data.ts'
import { taskOf } from '../../contract/tasks.ts'

export function nextCommand({ id, options, classNames }: Pick<Run, 'id' | 'options' | 'classNames'>): string {
  switch (taskOf(options)) {
    case 'generate':
      return `gan-studio generate ${id} --count 16 --out DIR`
    case 'enlarge':
      return `gan-studio enlarge ${id} PICTURE… --out DIR`
    case 'translate':
      return `gan-studio translate ${id} PICTURE… --to ${JSON.stringify(classNames[0] ?? '')} --out DIR`
  }
}
