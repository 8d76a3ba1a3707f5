/** Scores and advice as lines for people. */
import { counted } from '../../contract/filled.ts'
import type { Advice, Comparison, Enlargement, Score, Translation } from '../../contract/judgement.ts'
import { phrase } from '../../contract/messages.ts'
import { table, thousands } from './output.ts'

const distance = (kid: number, std: number): string => `${kid.toFixed(2)} ± ${std.toFixed(2)}`
const share = (value: number): string => value.toFixed(2)

/** One line while training. */
export const scoreLine = (score: Score): string => `Score at ${thousands(score.imagesSeen)} images: KID ${distance(score.kid, score.kidStd)}, ${besideKid(score)}`

function besideKid({ coverage, enlargement, translation }: Score): string {
  if (enlargement !== undefined) return `PSNR ${enlargement.psnr.toFixed(2)} dB (bicubic ${enlargement.bicubic.psnr.toFixed(2)})`
  if (translation !== undefined) return `not translated ${translation.untranslated.kid.toFixed(2)}, there and back off by ${translation.cycle.toFixed(1)} of 255`
  return `coverage ${share(coverage)}`
}

function enlargementTable(score: Score, { factor, part, count, psnr, ssim, bicubic }: Enlargement): string {
  const row = (name: string, kid: number | null, std: number | null, found: Pick<Enlargement, 'psnr' | 'ssim'>): string[] =>
    [name, found.psnr.toFixed(2), found.ssim.toFixed(3), kid === null ? '' : distance(kid, std ?? 0)]
  return [
    `${counted(count, 'picture')} (${part}) made small and enlarged ${factor} times, beside bicubic:`,
    table(['', 'PSNR dB', 'SSIM', 'KID ×10³'], [row('enlarger', score.kid, score.kidStd, { psnr, ssim }), row('bicubic', bicubic.kid, bicubic.kidStd, bicubic)]),
  ].join('\n')
}

const translationTable = ({ kid, kidStd }: Score, { part, count, cycle, change, untranslated }: Translation): string => [
  `${counted(count, 'picture')} (${part}) made into another class, beside the same ones as they are:`,
  table(['', 'KID ×10³', 'Changed by, of 255', 'There and back'], [
    ['translated', distance(kid, kidStd), change.toFixed(1), cycle.toFixed(1)],
    ['not translated', distance(untranslated.kid, untranslated.kidStd), '0.0', '0.0'],
  ]),
].join('\n')

export function scoreText(score: Score): string {
  const row = (name: string, { kid, kidStd, coverage, density, precision, recall, fid, fakeCount, realCount }: Comparison): string[] => [
    name, distance(kid, kidStd), share(coverage), share(density), share(precision), share(recall), fid === null ? '' : fid.toFixed(2), `${thousands(fakeCount)} / ${thousands(realCount)}`,
  ]
  return [
    `${score.judge}; real pictures: ${score.part}; at ${thousands(score.imagesSeen)} images seen`,
    table(['', 'KID ×10³', 'Coverage', 'Density', 'Precision', 'Recall', 'FID', 'Pictures'], [row('generated / real', score), row('real / real', score.calibration)]),
    ...(score.enlargement === undefined ? [] : [enlargementTable(score, score.enlargement)]),
    ...(score.translation === undefined ? [] : [translationTable(score, score.translation)]),
    ...(score.perClass.length === 0 ? [] : [table(['Class', 'KID ×10³'], score.perClass.map(({ className, kid, kidStd }) => [className, distance(kid, kidStd)]))]),
    ...(score.classifier === null ? [] : [`Class recognised in ${share(score.classifier.accuracy)} of the pictures (in ${share(score.classifier.testAccuracy)} of real ones)`]),
    ...(score.memorisation === null ? [] : [`Distance to the nearest training picture: ${share(score.memorisation)} of that between training pictures`]),
    ...(score.overfit === null ? [] : [`Overfit (0: none, 1: learned by heart): ${share(score.overfit)}`]),
  ].join('\n')
}

/** The first sentence with what it rests on and what would help; the others as sentences. */
export const adviceText = (advice: readonly Advice[]): string =>
  advice.map(({ said, evidence, action }) => {
    const why = evidence.length === 0 ? '' : ` (${evidence.map((one) => phrase(one, 'en')).join('; ')})`
    const help = action === null ? '' : ` → ${phrase(action.label, 'en')}`
    return `${phrase(said, 'en')}${why}${help}`
  }).join('\n')
