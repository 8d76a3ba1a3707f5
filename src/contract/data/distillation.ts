/** One small generator learned from larger ones. */
import type { TimeBudget } from './runs.ts'

/** By the multiply-adds of a picture: a share of the largest teacher's, or what a phone makes several times a second. */
export const studentSizes = ['half', 'quarter', 'phone'] as const
export type StudentSize = (typeof studentSizes)[number]

export interface DistilRequest {
  /** Runs; also of different networks and classes. */
  readonly teachers: readonly string[]
  /** Whose pictures the student is held against, and whose classes it learns; the first teacher's where absent. */
  readonly datasetId?: string
  readonly size: StudentSize
  readonly budget: TimeBudget
  readonly name?: string
}

/** A generator beside others: the teachers, then the student. */
export interface DistilledRow {
  readonly runId: string
  readonly name: string
  readonly role: 'teacher' | 'student'
  readonly network: string
  readonly parameters: number
  readonly multiplyAdds: number
  /** In plain JavaScript on this computer, as in an exported page. */
  readonly msPerPicture: number
  /** ×10³, of the newest full score, else of the best moment; null: never compared. */
  readonly kid: number | null
  readonly kidStd: number | null
}
