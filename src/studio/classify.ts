/** All pictures of a data set given their classes by a rule, as the changes of one edit. */
import { newId } from '../base/ids.ts'
import type { ClassRule, Dataset } from '../contract/data.ts'
import { message, type Message } from '../contract/messages.ts'
import { classesBy } from '../dataset/classes.ts'
import type { ClassChange, EditChanges } from '../store/dataset-edits.ts'
import type { Store } from '../store/store.ts'

/** @throws `bad-input` for a pattern that says nothing */
export function classified(store: Store, { id, classes }: Dataset, rule: ClassRule): EditChanges & { readonly what: Message } {
  const all = store.pictures.all(id)
  const wanted = classesBy(all.map(({ sourcePath }) => sourcePath), rule)
  const classIds = new Map(classes.map((one) => [one.name.normalize('NFC'), one.id]))
  const made: ClassChange[] = []
  const idOf = (name: string): string => {
    const known = classIds.get(name)
    if (known !== undefined) return known
    const fresh = newId('cls')
    classIds.set(name, fresh)
    made.push({ id: fresh, before: null, after: name })
    return fresh
  }
  const now = all.map(({ classId }, i) => {
    const name = wanted[i] ?? null
    return name === null ? (rule.kind === 'none' ? null : classId) : idOf(name)
  })
  const [had, has] = [new Set(all.map(({ classId }) => classId)), new Set(now)]
  const gone = classes.filter((one) => had.has(one.id) && !has.has(one.id)).map((one): ClassChange => ({ id: one.id, before: one.name, after: null }))
  const pictures = all.flatMap(({ seq, ...before }, i) => {
    const after = now[i] ?? null
    return after === before.classId ? [] : [{ seq, before, after: { ...before, classId: after } }]
  })
  return { what: whatOf(rule), classes: [...made, ...gone], pictures }
}

function whatOf(rule: ClassRule): Message {
  if (rule.kind === 'none') return message('step.classifyNone')
  return rule.kind === 'pattern' ? message('step.classifyPattern', { pattern: rule.pattern }) : message('step.classifyFolders')
}
